// Vectors of 512 bits, and what the matrix products built on them share.
#ifndef RK_GEMM_VECTORS_H
#define RK_GEMM_VECTORS_H

#include "rk_macros.h"

// Unoptimised builds leave products to the BLAS: tiles that are not held in registers are slower.
#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define RK_HAS_WIDE_VECTORS 1

#define RK_WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define RK_WIDE_INLINE \
  static inline __attribute__((always_inline, target("arch=x86-64-v4"), min_vector_width(512)))

// Sixteen floats at any address.
typedef float rk_v16 __attribute__((vector_size(64), aligned(4)));

// Depth of the products one pass over a panel takes, so that the panel stays in first-level cache.
enum { RK_DEPTH = 320 };

// Into how many products each pass takes `inner` are cut, evenly. All kernels add in this order, so
// that a row has the same bits whichever of them computed it.
RK_INLINE ptrdiff_t rk_pass_depth(ptrdiff_t inner) {
  const ptrdiff_t passes = (inner + RK_DEPTH - 1) / RK_DEPTH;
  return (inner + passes - 1) / passes;
}

// What a tile leaves: alpha times its sums, added to what an earlier pass left where `adds`. The
// fused form is spelt out, since a row must not depend on which kernel the compiler fused.
RK_WIDE_INLINE rk_v16 rk_scaled(rk_v16 sum, float alpha, rk_v16 earlier, int32_t adds) {
  const rk_v16 factor = (rk_v16){0} + alpha;
  return adds ? __builtin_elementwise_fma(sum, factor, earlier) : sum * factor;
}

// Joins the sums of up to sixteen columns of a row to c.
RK_WIDE_INLINE void rk_store_tile(float *c, rk_v16 sum, float alpha, ptrdiff_t columns,
                                  int32_t adds) {
  if (columns >= 16) {
    rk_v16 *whole = (rk_v16 *)c;
    *whole = rk_scaled(sum, alpha, *whole, adds);
    return;
  }
  rk_v16 part = {0};
  for (ptrdiff_t j = 0; j < columns; j++) part[j] = c[j];
  part = rk_scaled(sum, alpha, part, adds);
  for (ptrdiff_t j = 0; j < columns; j++) c[j] = part[j];
}

// Transposes 16 x 16 floats: four perfect shuffles of sixteen rows.
RK_WIDE_INLINE void rk_transpose_square(rk_v16 *r) {
  rk_v16 s[16];
#pragma clang loop unroll(full)
  for (int pass = 0; pass < 4; pass++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      s[2 * i] = __builtin_shufflevector(r[i], r[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                         6, 22, 7, 23);
      s[2 * i + 1] = __builtin_shufflevector(r[i], r[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                             13, 29, 14, 30, 15, 31);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) r[i] = s[i];
  }
}

// Writes the transpose of 16 x 16 floats.
RK_WIDE_INLINE void rk_transpose16(float *restrict out, ptrdiff_t out_stride,
                                   const float *restrict x, ptrdiff_t x_stride) {
  rk_v16 r[16];
  for (int i = 0; i < 16; i++) r[i] = *(const rk_v16 *)(x + i * x_stride);
  rk_transpose_square(r);
  for (int i = 0; i < 16; i++) *(rk_v16 *)(out + i * out_stride) = r[i];
}

#else
#define RK_HAS_WIDE_VECTORS 0
#endif

#endif

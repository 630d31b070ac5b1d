#include "include/rk_gemm.h"

#include "rk_gemm_vectors.h"
#include "rk_macros.h"

#if RK_HAS_WIDE_VECTORS

int32_t rk_gemm_is_available(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4") ? 1 : 0;
}

// Packs one panel of a transposed right operand whose `columns` rows lie b_stride apart.
RK_WIDE_INLINE void rk_pack_transposed(float *restrict packed, const float *restrict b,
                                       ptrdiff_t b_stride, ptrdiff_t inner, ptrdiff_t columns) {
  const ptrdiff_t whole = columns / 16 * 16;
  const ptrdiff_t deep = inner / 16 * 16;
  // Sixteen rows are read from end to end, each a stream of its own.
  for (ptrdiff_t j = 0; j < whole; j += 16)
    for (ptrdiff_t k = 0; k < deep; k += 16)
      rk_transpose16(packed + k * RK_GEMM_PANEL + j, RK_GEMM_PANEL, b + j * b_stride + k, b_stride);
  for (ptrdiff_t j = 0; j < columns; j++)
    for (ptrdiff_t i = j < whole ? deep : 0; i < inner; i++)
      packed[i * RK_GEMM_PANEL + j] = b[j * b_stride + i];
}

RK_WIDE void rk_gemm_pack_right(float *packed, const float *b, ptrdiff_t b_stride,
                                int32_t transposed, ptrdiff_t inner, ptrdiff_t columns) {
  for (ptrdiff_t start = 0; start < columns; start += RK_GEMM_PANEL) {
    const ptrdiff_t width = columns - start < RK_GEMM_PANEL ? columns - start : RK_GEMM_PANEL;
    float *restrict panel = packed + start * inner;
    if (width < RK_GEMM_PANEL)
      memset(panel, 0, (size_t)(inner * RK_GEMM_PANEL) * sizeof(float));
    if (transposed) {
      rk_pack_transposed(panel, b + start * b_stride, b_stride, inner, width);
    } else if (width == RK_GEMM_PANEL) {
      for (ptrdiff_t k = 0; k < inner; k++)
        memcpy(panel + k * RK_GEMM_PANEL, b + k * b_stride + start,
               RK_GEMM_PANEL * sizeof(float));
    } else {
      for (ptrdiff_t k = 0; k < inner; k++)
        for (ptrdiff_t j = 0; j < width; j++)
          panel[k * RK_GEMM_PANEL + j] = b[k * b_stride + start + j];
    }
  }
}

RK_WIDE void rk_gemm_pack_left(float *packed, const float *a, ptrdiff_t a_stride, ptrdiff_t inner,
                               ptrdiff_t rows) {
  for (ptrdiff_t start = 0; start < rows; start += RK_GEMM_STRIP) {
    const ptrdiff_t height = rows - start < RK_GEMM_STRIP ? rows - start : RK_GEMM_STRIP;
    float *restrict strip = packed + start * inner;
    if (height == RK_GEMM_STRIP) {
      for (ptrdiff_t k = 0; k < inner; k++)
        memcpy(strip + k * RK_GEMM_STRIP, a + k * a_stride + start,
               RK_GEMM_STRIP * sizeof(float));
    } else {
      for (ptrdiff_t k = 0; k < inner; k++)
        for (ptrdiff_t i = 0; i < RK_GEMM_STRIP; i++)
          strip[k * RK_GEMM_STRIP + i] = i < height ? a[k * a_stride + start + i] : 0;
    }
  }
}

// One tile of the result: `height` rows by `vectors` times sixteen columns, held in registers.
// Both are constants where this is inlined.
RK_WIDE_INLINE void rk_tile(const int height, const int vectors, float *restrict c,
                            ptrdiff_t c_stride, const float *restrict a, ptrdiff_t row_stride,
                            ptrdiff_t inner_stride, const float *restrict b, ptrdiff_t depth,
                            ptrdiff_t columns, float alpha, int32_t accumulate) {
  RK_CONTRACT
  rk_v16 sum[RK_GEMM_STRIP][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < height; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[i][v] = (rk_v16){0};
  for (ptrdiff_t k = 0; k < depth; k++) {
    rk_v16 right[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      right[v] = *(const rk_v16 *)(b + k * RK_GEMM_PANEL + 16 * v);
#pragma clang loop unroll(full)
    for (int i = 0; i < height; i++) {
      const float left = a[i * row_stride + k * inner_stride];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[i][v] += left * right[v];
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < height; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      rk_store_tile(c + i * c_stride + 16 * v, sum[i][v], alpha, columns - 16 * v, accumulate);
}

// A tile of fewer than eight rows, in pieces of four, two and one.
RK_WIDE_INLINE void rk_low_tile(ptrdiff_t height, const int vectors, float *c, ptrdiff_t c_stride,
                                const float *a, ptrdiff_t row_stride, ptrdiff_t inner_stride,
                                const float *b, ptrdiff_t depth, ptrdiff_t columns, float alpha,
                                int32_t accumulate) {
  if (height & 4) {
    rk_tile(4, vectors, c, c_stride, a, row_stride, inner_stride, b, depth, columns, alpha,
            accumulate);
    c += 4 * c_stride;
    a += 4 * row_stride;
  }
  if (height & 2) {
    rk_tile(2, vectors, c, c_stride, a, row_stride, inner_stride, b, depth, columns, alpha,
            accumulate);
    c += 2 * c_stride;
    a += 2 * row_stride;
  }
  if (height & 1)
    rk_tile(1, vectors, c, c_stride, a, row_stride, inner_stride, b, depth, columns, alpha,
            accumulate);
}

// All rows against one panel, `depth` products deep.
RK_WIDE_INLINE void rk_panel(const int vectors, float *c, ptrdiff_t c_stride, const float *a,
                             ptrdiff_t strip_stride, ptrdiff_t row_stride, ptrdiff_t inner_stride,
                             const float *b, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t depth,
                             float alpha, int32_t accumulate) {
  ptrdiff_t i = 0;
  for (; i + RK_GEMM_STRIP <= rows; i += RK_GEMM_STRIP)
    rk_tile(RK_GEMM_STRIP, vectors, c + i * c_stride, c_stride,
            a + i / RK_GEMM_STRIP * strip_stride, row_stride, inner_stride, b, depth, columns,
            alpha, accumulate);
  rk_low_tile(rows - i, vectors, c + i * c_stride, c_stride, a + i / RK_GEMM_STRIP * strip_stride,
              row_stride, inner_stride, b, depth, columns, alpha, accumulate);
}

RK_WIDE void rk_gemm_multiply(float *c, ptrdiff_t c_stride, const float *a, ptrdiff_t strip_stride,
                              ptrdiff_t row_stride, ptrdiff_t inner_stride, const float *packed_b,
                              ptrdiff_t panel_stride, ptrdiff_t rows, ptrdiff_t columns,
                              ptrdiff_t inner, float alpha, int32_t accumulate) {
  const ptrdiff_t depth = rk_pass_depth(inner);
  for (ptrdiff_t k = 0; k < inner; k += depth) {
    const ptrdiff_t taken = inner - k < depth ? inner - k : depth;
    const int32_t adds = accumulate || k > 0;
    const float *left = a + k * inner_stride;
    for (ptrdiff_t j = 0; j < columns; j += RK_GEMM_PANEL) {
      const float *panel = packed_b + j / RK_GEMM_PANEL * panel_stride + k * RK_GEMM_PANEL;
      if (columns - j > 16)
        rk_panel(2, c + j, c_stride, left, strip_stride, row_stride, inner_stride, panel, rows,
                 columns - j, taken, alpha, adds);
      else
        rk_panel(1, c + j, c_stride, left, strip_stride, row_stride, inner_stride, panel, rows,
                 columns - j, taken, alpha, adds);
    }
  }
}

#else

// Elsewhere the BLAS is used; these exist so that callers link.
int32_t rk_gemm_is_available(void) { return 0; }

void rk_gemm_pack_right(float *packed, const float *b, ptrdiff_t b_stride, int32_t transposed,
                        ptrdiff_t inner, ptrdiff_t columns) {}

void rk_gemm_pack_left(float *packed, const float *a, ptrdiff_t a_stride, ptrdiff_t inner,
                       ptrdiff_t rows) {}

void rk_gemm_multiply(float *c, ptrdiff_t c_stride, const float *a, ptrdiff_t strip_stride,
                      ptrdiff_t row_stride, ptrdiff_t inner_stride, const float *packed_b,
                      ptrdiff_t panel_stride, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                      float alpha, int32_t accumulate) {}

#endif

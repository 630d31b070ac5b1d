#include "include/rk_gemm.h"

#include "include/rk_convert.h"
#include "rk_macros.h"

// Unoptimised builds leave products to the BLAS: tiles that are not held in registers are slower.
#if defined(__x86_64__) && defined(__OPTIMIZE__)

#define RK_WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define RK_WIDE_INLINE \
  static inline __attribute__((always_inline, target("arch=x86-64-v4"), min_vector_width(512)))

// Sixteen floats at any address.
typedef float rk_v16 __attribute__((vector_size(64), aligned(4)));

// Sixteen bfloat16 and IEEE halves at any address, and sixteen whole numbers.
typedef uint16_t rk_s16 __attribute__((vector_size(32), aligned(2)));
typedef _Float16 rk_h16 __attribute__((vector_size(32), aligned(2)));
typedef uint32_t rk_u16 __attribute__((vector_size(64)));

// Depth of the products one pass over a panel takes, so that the panel stays in first-level cache.
enum { RK_DEPTH = 320 };

// The same for the few rows that stay while the right operand is streamed.
enum { RK_FEW_DEPTH = 576 };

int32_t rk_gemm_is_available(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4") ? 1 : 0;
}

// Writes the transpose of 16 x 16 floats: four perfect shuffles of sixteen rows.
RK_WIDE_INLINE void rk_transpose16(float *restrict out, ptrdiff_t out_stride,
                                   const float *restrict x, ptrdiff_t x_stride) {
  rk_v16 r[16], s[16];
  for (int i = 0; i < 16; i++) r[i] = *(const rk_v16 *)(x + i * x_stride);
  for (int pass = 0; pass < 4; pass++) {
    for (int i = 0; i < 8; i++) {
      s[2 * i] = __builtin_shufflevector(r[i], r[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                         6, 22, 7, 23);
      s[2 * i + 1] = __builtin_shufflevector(r[i], r[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                             13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < 16; i++) r[i] = s[i];
  }
  for (int i = 0; i < 16; i++) *(rk_v16 *)(out + i * out_stride) = r[i];
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
    for (int v = 0; v < vectors; v++) {
      float *target = c + i * c_stride + 16 * v;
      const rk_v16 value = sum[i][v] * alpha;
      if (columns >= 16 * (v + 1)) {
        rk_v16 *whole = (rk_v16 *)target;
        *whole = accumulate ? *whole + value : value;
      } else {
        for (ptrdiff_t j = 0; j < columns - 16 * v; j++)
          target[j] = accumulate ? target[j] + value[j] : value[j];
      }
    }
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
  const ptrdiff_t passes = (inner + RK_DEPTH - 1) / RK_DEPTH;
  const ptrdiff_t depth = (inner + passes - 1) / passes;
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

// The sums over the lanes of sixteen vectors, in order: four rounds that interleave and add.
#define RK_FOLD(r, count)                                                                        \
  for (int i = 0; i < (count) / 2; i++)                                                          \
    r[i] = __builtin_shufflevector(r[i], r[i + (count) / 2], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20,  \
                                   5, 21, 6, 22, 7, 23) +                                        \
           __builtin_shufflevector(r[i], r[i + (count) / 2], 8, 24, 9, 25, 10, 26, 11, 27, 12,   \
                                   28, 13, 29, 14, 30, 15, 31)

// Sixteen elements of a right operand of any type as floats, and one.
RK_WIDE_INLINE rk_v16 rk_load_wide(const int type, const void *b, ptrdiff_t index) {
  if (type == RK_FLOAT32) return *(const rk_v16 *)((const float *)b + index);
  const uint16_t *halves = (const uint16_t *)b + index;
  if (type == RK_FLOAT16)
    return __builtin_convertvector(*(const rk_h16 *)halves, rk_v16);
  return (rk_v16)(__builtin_convertvector(*(const rk_s16 *)halves, rk_u16) << 16);
}

RK_WIDE_INLINE float rk_load_one(const int type, const void *b, ptrdiff_t index) {
  if (type == RK_FLOAT32) return ((const float *)b)[index];
  const uint16_t *half = (const uint16_t *)b + index;
  if (type == RK_FLOAT16) return (float)*(const _Float16 *)half;
  const uint32_t bits = (uint32_t)*half << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Where element `index` of a right operand lies.
RK_WIDE_INLINE const void *rk_element(const int type, const void *b, ptrdiff_t index) {
  return (const char *)b + index * (type == RK_FLOAT32 ? 4 : 2);
}

// block[16 j + i] += the product of row i of a with row j of b; type, height and width are
// constants where this is inlined. Rows of a past `rows` repeat the last one.
RK_WIDE_INLINE void rk_dots(const int type, const int height, const int width,
                            float *restrict block, const float *restrict a, ptrdiff_t a_stride,
                            ptrdiff_t rows, const void *restrict b, ptrdiff_t b_stride,
                            ptrdiff_t inner) {
  RK_CONTRACT
  const float *left[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < height; i++) left[i] = a + (i < rows ? i : rows - 1) * a_stride;
  rk_v16 sum[4][16];
#pragma clang loop unroll(full)
  for (int j = 0; j < width; j++)
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) sum[j][i] = (rk_v16){0};
  ptrdiff_t k = 0;
  for (; k + 16 <= inner; k += 16) {
    rk_v16 right[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < width; j++) {
      right[j] = rk_load_wide(type, b, j * b_stride + k);
      // The stream of b is read slowly enough that the processor does not fetch ahead by itself.
      __builtin_prefetch(rk_element(type, b, (j + 4) * b_stride + k));
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < height; i++) {
      const rk_v16 value = *(const rk_v16 *)(left[i] + k);
#pragma clang loop unroll(full)
      for (int j = 0; j < width; j++) sum[j][i] += value * right[j];
    }
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < width; j++) {
    rk_v16 *r = sum[j];
    RK_FOLD(r, 16);
    RK_FOLD(r, 8);
    RK_FOLD(r, 4);
    RK_FOLD(r, 2);
    *(rk_v16 *)(block + 16 * j) += r[0];
    for (ptrdiff_t rest = k; rest < inner; rest++)
      for (int i = 0; i < height; i++)
        block[16 * j + i] += left[i][rest] * rk_load_one(type, b, j * b_stride + rest);
  }
}

// The same for `columns` <= 16 rows of b.
RK_WIDE_INLINE void rk_dots_block(const int type, const int height, const int width,
                                  float *restrict block, const float *restrict a,
                                  ptrdiff_t a_stride, ptrdiff_t rows, const void *restrict b,
                                  ptrdiff_t b_stride, ptrdiff_t columns, ptrdiff_t inner) {
  ptrdiff_t j = 0;
  for (; j + width <= columns; j += width)
    rk_dots(type, height, width, block + 16 * j, a, a_stride, rows,
            rk_element(type, b, j * b_stride), b_stride, inner);
  for (; j < columns; j++)
    rk_dots(type, height, 1, block + 16 * j, a, a_stride, rows,
            rk_element(type, b, j * b_stride), b_stride, inner);
}

RK_WIDE_INLINE void rk_few_rows(const int type, float *c, ptrdiff_t c_stride, const float *a,
                                ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride,
                                ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner, float alpha,
                                int32_t accumulate) {
  // Sixteen columns are gathered here, so that each line of c is touched once.
  float block[16 * RK_GEMM_FEW];
  const ptrdiff_t depth = rows > 8 ? RK_FEW_DEPTH : 2 * RK_FEW_DEPTH;
  for (ptrdiff_t start = 0; start < columns; start += 16) {
    const ptrdiff_t width = columns - start < 16 ? columns - start : 16;
    memset(block, 0, sizeof block);
    // So deep that the rows of a stay in first-level cache.
    for (ptrdiff_t k = 0; k < inner; k += depth) {
      const float *left = a + k;
      const void *right = rk_element(type, b, start * b_stride + k);
      const ptrdiff_t taken = inner - k < depth ? inner - k : depth;
      if (rows > 8)
        rk_dots_block(type, 16, 1, block, left, a_stride, rows, right, b_stride, width, taken);
      else if (rows > 4)
        rk_dots_block(type, 8, 2, block, left, a_stride, rows, right, b_stride, width, taken);
      else if (rows > 1)
        rk_dots_block(type, 4, 4, block, left, a_stride, rows, right, b_stride, width, taken);
      else
        rk_dots_block(type, 1, 4, block, left, a_stride, rows, right, b_stride, width, taken);
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
      float *target = c + i * c_stride + start;
      for (ptrdiff_t j = 0; j < width; j++)
        target[j] = (accumulate ? target[j] : 0) + alpha * block[16 * j + i];
    }
  }
}

RK_WIDE void rk_gemm_few_rows(float *c, ptrdiff_t c_stride, const float *a, ptrdiff_t a_stride,
                              const void *b, ptrdiff_t b_stride, ptrdiff_t rows,
                              ptrdiff_t columns, ptrdiff_t inner, float alpha, int32_t accumulate,
                              int32_t type) {
  if (type == RK_BFLOAT16)
    rk_few_rows(RK_BFLOAT16, c, c_stride, a, a_stride, b, b_stride, rows, columns, inner, alpha,
                accumulate);
  else if (type == RK_FLOAT16)
    rk_few_rows(RK_FLOAT16, c, c_stride, a, a_stride, b, b_stride, rows, columns, inner, alpha,
                accumulate);
  else
    rk_few_rows(RK_FLOAT32, c, c_stride, a, a_stride, b, b_stride, rows, columns, inner, alpha,
                accumulate);
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

void rk_gemm_few_rows(float *c, ptrdiff_t c_stride, const float *a, ptrdiff_t a_stride,
                      const void *b, ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns,
                      ptrdiff_t inner, float alpha, int32_t accumulate, int32_t type) {}

#endif

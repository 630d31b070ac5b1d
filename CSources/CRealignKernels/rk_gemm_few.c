#include "include/rk_gemm_few.h"

#include "include/rk_convert.h"
#include "rk_gemm_vectors.h"
#include "rk_macros.h"

#if RK_HAS_WIDE_VECTORS

// Rows side by side in one vector, columns of a tile, and columns of a square.
enum { RK_FEW_STRIP = 16, RK_FEW_COLUMNS = 12, RK_FEW_SQUARE = 16 };

// Most rows that are multiplied with squares, for a right operand in single and in half precision:
// those cost less than a tile while the stream of the right operand takes longer than the sums.
enum { RK_FEW_SINGLE = 2, RK_FEW_HALF = 8 };

typedef uint16_t rk_s16 __attribute__((vector_size(32), aligned(2)));
typedef _Float16 rk_h16 __attribute__((vector_size(32), aligned(2)));
typedef uint32_t rk_u16 __attribute__((vector_size(64)));

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
RK_INLINE const char *rk_element(const int type, const void *b, ptrdiff_t index) {
  return (const char *)b + index * (type == RK_FLOAT32 ? 4 : 2);
}

RK_INLINE int32_t rk_takes_squares(ptrdiff_t rows, int32_t type) {
  return rows <= (type == RK_FLOAT32 ? RK_FEW_SINGLE : RK_FEW_HALF);
}

// How many rows lie side by side, zeros among them where rows are too few.
RK_INLINE ptrdiff_t rk_strip_width(ptrdiff_t rows, int32_t type) {
  if (!rk_takes_squares(rows, type)) return RK_FEW_STRIP;
  return rows <= 2 ? rows : rows <= 4 ? 4 : 8;
}

ptrdiff_t rk_gemm_few_count(ptrdiff_t rows, ptrdiff_t inner, int32_t type) {
  const ptrdiff_t width = rk_strip_width(rows, type);
  return (rows + width - 1) / width * width * inner;
}

RK_WIDE void rk_gemm_pack_few(float *packed, const float *a, ptrdiff_t a_stride, ptrdiff_t rows,
                              ptrdiff_t inner, int32_t type) {
  const ptrdiff_t width = rk_strip_width(rows, type);
  for (ptrdiff_t start = 0; start < rows; start += width) {
    const ptrdiff_t height = rows - start < width ? rows - start : width;
    const float *source = a + start * a_stride;
    float *restrict strip = packed + start * inner;
    ptrdiff_t k = 0;
    if (height == RK_FEW_STRIP)
      for (; k + 16 <= inner; k += 16)
        rk_transpose16(strip + k * width, width, source + k, a_stride);
    for (; k < inner; k++)
      for (ptrdiff_t i = 0; i < width; i++)
        strip[k * width + i] = i < height ? source[i * a_stride + k] : 0;
  }
}

// Sums of one tile: [strip][column][row], so that a strip is a square to be transposed.
typedef struct {
  float sums[RK_GEMM_FEW / RK_FEW_STRIP][16][16];
} rk_few_block;

// What is fetched while a tile is computed: the columns that follow.
typedef struct {
  const char *start;
  ptrdiff_t stride;  // from column to column, bytes
  ptrdiff_t step;    // that sixteen elements take, bytes
} rk_ahead;

// block[strip][j][i] = (or +=) alpha times the product of packed rows i with row j of b, `depth`
// products deep; strips and columns are constants where this is inlined.
RK_WIDE_INLINE void rk_few_tile(const int strips, const int columns,
                                float (*restrict block)[16][16], const float *restrict a,
                                ptrdiff_t strip_stride, const float *restrict b, ptrdiff_t b_stride,
                                ptrdiff_t depth, rk_ahead ahead, float alpha, int32_t adds) {
  RK_CONTRACT
  rk_v16 sum[RK_FEW_COLUMNS][2];
#pragma clang loop unroll(full)
  for (int j = 0; j < columns; j++)
#pragma clang loop unroll(full)
    for (int s = 0; s < strips; s++) sum[j][s] = (rk_v16){0};
  // Three rows of b share a pointer: addresses have one index, of scale 0, 1 or 2.
  const char *row[RK_FEW_COLUMNS / 3 + 1];
  const ptrdiff_t step = b_stride * (ptrdiff_t)sizeof(float);
#pragma clang loop unroll(full)
  for (int j = 0; j < columns; j += 3) row[j / 3] = (const char *)(b + j * b_stride);
  ptrdiff_t k = 0;
  for (; k + 16 <= depth; k += 16) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      rk_v16 left[2];
#pragma clang loop unroll(full)
      for (int s = 0; s < strips; s++)
        left[s] = *(const rk_v16 *)(a + s * strip_stride + (k + i) * RK_FEW_STRIP);
      if (i < columns) __builtin_prefetch(ahead.start + i * ahead.stride);
#pragma clang loop unroll(full)
      for (int j = 0; j < columns; j++) {
        const float right = *(const float *)(row[j / 3] + j % 3 * step + 4 * i);
#pragma clang loop unroll(full)
        for (int s = 0; s < strips; s++) sum[j][s] += left[s] * right;
      }
    }
    ahead.start += ahead.step;
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j += 3) row[j / 3] += 64;
  }
  for (; k < depth; k++)
#pragma clang loop unroll(full)
    for (int j = 0; j < columns; j++)
#pragma clang loop unroll(full)
      for (int s = 0; s < strips; s++)
        sum[j][s] += *(const rk_v16 *)(a + s * strip_stride + k * RK_FEW_STRIP) *
                     b[j * b_stride + k];
#pragma clang loop unroll(full)
  for (int j = 0; j < columns; j++)
#pragma clang loop unroll(full)
    for (int s = 0; s < strips; s++) {
      rk_v16 *target = (rk_v16 *)block[s][j];
      *target = rk_scaled(sum[j][s], alpha, *target, adds);
    }
}

// Rows of b of any type in single precision, at most RK_DEPTH wide.
RK_WIDE_INLINE void rk_few_widen(const int type, const int columns, float *restrict wide,
                                 const void *b, ptrdiff_t b_stride, ptrdiff_t depth) {
  for (int j = 0; j < columns; j++) {
    ptrdiff_t k = 0;
    for (; k + 16 <= depth; k += 16)
      *(rk_v16 *)(wide + j * RK_DEPTH + k) = rk_load_wide(type, b, j * b_stride + k);
    for (; k < depth; k++) wide[j * RK_DEPTH + k] = rk_load_one(type, b, j * b_stride + k);
  }
}

// A tile of all rows, all products deep.
RK_WIDE_INLINE void rk_few_columns(const int type, const int columns, float *restrict c,
                                   ptrdiff_t c_stride, const float *restrict a, const void *b,
                                   ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t inner,
                                   ptrdiff_t chunk, float alpha, int32_t accumulate) {
  rk_few_block block __attribute__((aligned(64)));
  float wide[RK_FEW_COLUMNS * RK_DEPTH] __attribute__((aligned(64)));
  float lines[16][16] __attribute__((aligned(64)));
  const ptrdiff_t strip = RK_FEW_STRIP * inner;
  if (accumulate)
    for (ptrdiff_t i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++) block.sums[i / 16][j][i % 16] = c[i * c_stride + j];
  for (ptrdiff_t first = 0; first < inner; first += chunk) {
    const ptrdiff_t end = first + chunk < inner ? first + chunk : inner;
    const ptrdiff_t depth = rk_pass_depth(end - first);
    for (ptrdiff_t k = first; k < end; k += depth) {
      const ptrdiff_t taken = end - k < depth ? end - k : depth;
      const char *right = rk_element(type, b, k);
      const ptrdiff_t size = type == RK_FLOAT32 ? 4 : 2;
      const rk_ahead ahead = {right + columns * b_stride * size, b_stride * size, 16 * size};
      const float *single = (const float *)(const void *)right;
      ptrdiff_t stride = b_stride;
      if (type != RK_FLOAT32) {
        rk_few_widen(type, columns, wide, right, b_stride, taken);
        single = wide;
        stride = RK_DEPTH;
      }
      const int32_t adds = accumulate || k > 0;
      ptrdiff_t row = 0;
      for (; row + RK_FEW_STRIP < rows; row += 2 * RK_FEW_STRIP)
        rk_few_tile(2, columns, block.sums + row / 16, a + row * inner + k * RK_FEW_STRIP, strip,
                    single, stride, taken, ahead, alpha, adds);
      if (row < rows)
        rk_few_tile(1, columns, block.sums + row / 16, a + row * inner + k * RK_FEW_STRIP, strip,
                    single, stride, taken, ahead, alpha, adds);
    }
  }
  for (ptrdiff_t row = 0; row < rows; row += 16) {
    rk_transpose16(lines[0], 16, block.sums[row / 16][0], 16);
    const ptrdiff_t height = rows - row < 16 ? rows - row : 16;
    for (ptrdiff_t i = 0; i < height; i++)
      memcpy(c + (row + i) * c_stride, lines[i], (size_t)columns * sizeof(float));
  }
}

// Up to `width` rows against sixteen columns: squares of b are transposed in registers, so that the
// columns lie side by side. Columns past `columns` repeat the last one.
RK_WIDE_INLINE void rk_few_square(const int type, const int width, float *restrict c,
                                  ptrdiff_t c_stride, const float *restrict a, const void *b,
                                  ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns,
                                  ptrdiff_t depth, const char *ahead, float alpha, int32_t adds) {
  RK_CONTRACT
  rk_v16 sum[RK_FEW_HALF];
#pragma clang loop unroll(full)
  for (int i = 0; i < width; i++) sum[i] = (rk_v16){0};
  const char *row[16];
  for (int j = 0; j < 16; j++)
    row[j] = rk_element(type, b, (j < columns ? j : columns - 1) * b_stride);
  ptrdiff_t k = 0;
  for (; k + 16 <= depth; k += 16) {
    rk_v16 square[16];
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++) {
      square[j] = rk_load_wide(type, row[j], k);
      if (type == RK_FLOAT32 || j % 2 == 0) __builtin_prefetch(rk_element(type, ahead, 16 * j));
    }
    ahead = rk_element(type, ahead, 256);
    rk_transpose_square(square);
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++)
#pragma clang loop unroll(full)
      for (int i = 0; i < width; i++) sum[i] += a[(k + j) * width + i] * square[j];
  }
  for (; k < depth; k++) {
    rk_v16 line;
    for (int j = 0; j < 16; j++) line[j] = rk_load_one(type, row[j], k);
#pragma clang loop unroll(full)
    for (int i = 0; i < width; i++) sum[i] += a[k * width + i] * line;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < width; i++)
    if (i < rows) rk_store_tile(c + i * c_stride, sum[i], alpha, columns, adds);
}

RK_WIDE_INLINE void rk_few_squares(const int type, const int width, float *c, ptrdiff_t c_stride,
                                   const float *a, const void *b, ptrdiff_t b_stride,
                                   ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                                   ptrdiff_t chunk, float alpha, int32_t accumulate) {
  for (ptrdiff_t j = 0; j < columns; j += RK_FEW_SQUARE) {
    const ptrdiff_t taken = columns - j < RK_FEW_SQUARE ? columns - j : RK_FEW_SQUARE;
    // The columns that follow are fetched in the order in which they lie in memory.
    const char *ahead = rk_element(type, b, (j + RK_FEW_SQUARE) * b_stride);
    for (ptrdiff_t first = 0; first < inner; first += chunk) {
      const ptrdiff_t end = first + chunk < inner ? first + chunk : inner;
      const ptrdiff_t depth = rk_pass_depth(end - first);
      for (ptrdiff_t k = first; k < end; k += depth)
        rk_few_square(type, width, c + j, c_stride, a + k * width,
                      rk_element(type, b, j * b_stride + k), b_stride, rows, taken,
                      end - k < depth ? end - k : depth, rk_element(type, ahead, 16 * k), alpha,
                      accumulate || k > 0);
    }
  }
}

RK_WIDE_INLINE void rk_few_rows(const int type, float *c, ptrdiff_t c_stride, const float *a,
                                const void *b, ptrdiff_t b_stride, ptrdiff_t rows,
                                ptrdiff_t columns, ptrdiff_t inner, ptrdiff_t chunk, float alpha,
                                int32_t accumulate) {
#define RK_SQUARES(width)                                                                        \
  rk_few_squares(type, width, c, c_stride, a, b, b_stride, rows, columns, inner, chunk, alpha,   \
                 accumulate)
  if (rk_takes_squares(rows, type)) {
    if (rows == 1) return RK_SQUARES(1);
    if (rows == 2) return RK_SQUARES(2);
    if (type == RK_FLOAT32) return;
    return rows <= 4 ? RK_SQUARES(4) : RK_SQUARES(8);
  }
  ptrdiff_t j = 0;
  for (; j + RK_FEW_COLUMNS <= columns; j += RK_FEW_COLUMNS)
    rk_few_columns(type, RK_FEW_COLUMNS, c + j, c_stride, a, rk_element(type, b, j * b_stride),
                   b_stride, rows, inner, chunk, alpha, accumulate);
  for (; j + 4 <= columns; j += 4)
    rk_few_columns(type, 4, c + j, c_stride, a, rk_element(type, b, j * b_stride), b_stride, rows,
                   inner, chunk, alpha, accumulate);
  for (; j < columns; j++)
    rk_few_columns(type, 1, c + j, c_stride, a, rk_element(type, b, j * b_stride), b_stride, rows,
                   inner, chunk, alpha, accumulate);
}

RK_WIDE void rk_gemm_few_rows(float *c, ptrdiff_t c_stride, const float *packed_a, const void *b,
                              ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns,
                              ptrdiff_t inner, ptrdiff_t chunk, float alpha, int32_t accumulate,
                              int32_t type) {
  if (type == RK_BFLOAT16)
    rk_few_rows(RK_BFLOAT16, c, c_stride, packed_a, b, b_stride, rows, columns, inner, chunk, alpha,
                accumulate);
  else if (type == RK_FLOAT16)
    rk_few_rows(RK_FLOAT16, c, c_stride, packed_a, b, b_stride, rows, columns, inner, chunk, alpha,
                accumulate);
  else
    rk_few_rows(RK_FLOAT32, c, c_stride, packed_a, b, b_stride, rows, columns, inner, chunk, alpha,
                accumulate);
}

#else

// Elsewhere the BLAS is used; these exist so that callers link.
ptrdiff_t rk_gemm_few_count(ptrdiff_t rows, ptrdiff_t inner, int32_t type) { return 0; }

void rk_gemm_pack_few(float *packed, const float *a, ptrdiff_t a_stride, ptrdiff_t rows,
                      ptrdiff_t inner, int32_t type) {}

void rk_gemm_few_rows(float *c, ptrdiff_t c_stride, const float *packed_a, const void *b,
                      ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                      ptrdiff_t chunk, float alpha, int32_t accumulate, int32_t type) {}

#endif

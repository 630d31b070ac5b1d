#include "include/rk_attention.h"
#include "include/rk_gemm.h"
#include "rk_attention_rows.h"
#include "rk_gemm_vectors.h"
#include "rk_reduce.h"

// Scores of `rows` heads become weights that add up to one.
RK_INLINE void rk_decode_softmax(float *scores, ptrdiff_t rows, ptrdiff_t length, float cap) {
  RK_CONTRACT
  for (ptrdiff_t h = 0; h < rows; h++) {
    float *row = scores + h * length;
    if (cap > 0) rk_cap_row(row, length, cap);
    const float sum = rk_exponentiate(row, length, rk_row_max(row, length));
    const float inverse = 1.0f / sum;
    for (ptrdiff_t i = 0; i < length; i++) row[i] *= inverse;
  }
}

// One head of keys and values, for any width and processor.
RK_KERNEL void rk_decode_group(float *out, float *scores, const float *query, const float *keys,
                               ptrdiff_t key_stride, const float *values, ptrdiff_t value_stride,
                               ptrdiff_t length, ptrdiff_t heads, ptrdiff_t width, float scale,
                               float cap) {
  RK_CONTRACT
  for (ptrdiff_t i = 0; i < length; i++)
    for (ptrdiff_t h = 0; h < heads; h++)
      scores[h * length + i] =
          scale * rk_row_dot(query + h * width, keys + i * key_stride, width);
  rk_decode_softmax(scores, heads, length, cap);
  memset(out, 0, (size_t)(heads * width) * sizeof(float));
  for (ptrdiff_t i = 0; i < length; i++) {
    const float *restrict value = values + i * value_stride;
    for (ptrdiff_t h = 0; h < heads; h++) {
      float *restrict target = out + h * width;
      const float weight = scores[h * length + i];
      for (ptrdiff_t c = 0; c < width; c++) target[c] += weight * value[c];
    }
  }
}

#if RK_HAS_WIDE_VECTORS

// Keys and values that are read together, in the order in which they lie in memory.
enum { RK_DECODE_BLOCK = 16 };

// Halves the number of vectors: each lane of a result is a sum of two lanes.
#define RK_FOLD(r, count)                                                                        \
  for (int i = 0; i < (count) / 2; i++)                                                          \
    r[i] = __builtin_shufflevector(r[i], r[i + (count) / 2], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20,  \
                                   5, 21, 6, 22, 7, 23) +                                        \
           __builtin_shufflevector(r[i], r[i + (count) / 2], 8, 24, 9, 25, 10, 26, 11, 27, 12,   \
                                   28, 13, 29, 14, 30, 15, 31)

// Fetches one of so many parts of the block that follows, so that sums and fetches take turns.
RK_WIDE_INLINE void rk_fetch(const float *x, ptrdiff_t stride, ptrdiff_t columns, ptrdiff_t part,
                             ptrdiff_t parts) {
  const ptrdiff_t first = RK_DECODE_BLOCK + RK_DECODE_BLOCK * part / parts;
  const ptrdiff_t end = RK_DECODE_BLOCK + RK_DECODE_BLOCK * (part + 1) / parts;
  for (ptrdiff_t i = first; i < end; i++)
    for (ptrdiff_t c = 0; c < columns; c += 16) __builtin_prefetch(x + i * stride + c);
}

// The scores of one head with sixteen keys, the last one repeated where there are fewer.
RK_WIDE_INLINE rk_v16 rk_decode_dots(const int whole, const float *query, const float *keys,
                                     ptrdiff_t stride, ptrdiff_t count, ptrdiff_t width) {
  RK_CONTRACT
  rk_v16 r[RK_DECODE_BLOCK];
#pragma clang loop unroll(full)
  for (int j = 0; j < RK_DECODE_BLOCK; j++) r[j] = (rk_v16){0};
  for (ptrdiff_t c = 0; c < width; c += 16) {
    const rk_v16 left = *(const rk_v16 *)(query + c);
#pragma clang loop unroll(full)
    for (int j = 0; j < RK_DECODE_BLOCK; j++) {
      const ptrdiff_t key = whole || j < count ? j : count - 1;
      r[j] += left * *(const rk_v16 *)(keys + key * stride + c);
    }
  }
  RK_FOLD(r, 16);
  RK_FOLD(r, 8);
  RK_FOLD(r, 4);
  RK_FOLD(r, 2);
  return r[0];
}

// out (heads, ...) += weights times `count` values, for `vectors` times sixteen columns; both are
// constants where this is inlined.
RK_WIDE_INLINE void rk_decode_values(const int heads, const int vectors, float *restrict out,
                                     ptrdiff_t out_stride, const float *restrict weights,
                                     ptrdiff_t length, const float *restrict values,
                                     ptrdiff_t stride, ptrdiff_t count) {
  RK_CONTRACT
  rk_v16 sum[4][4];
#pragma clang loop unroll(full)
  for (int h = 0; h < heads; h++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[h][v] = *(rk_v16 *)(out + h * out_stride + 16 * v);
  for (ptrdiff_t i = 0; i < count; i++) {
    rk_v16 value[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) value[v] = *(const rk_v16 *)(values + i * stride + 16 * v);
#pragma clang loop unroll(full)
    for (int h = 0; h < heads; h++) {
      const float weight = weights[h * length + i];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[h][v] += weight * value[v];
    }
  }
#pragma clang loop unroll(full)
  for (int h = 0; h < heads; h++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) *(rk_v16 *)(out + h * out_stride + 16 * v) = sum[h][v];
}

RK_WIDE_INLINE void rk_decode_columns(const int vectors, float *out, const float *weights,
                                      ptrdiff_t length, const float *values, ptrdiff_t stride,
                                      ptrdiff_t count, ptrdiff_t heads, ptrdiff_t width) {
  for (ptrdiff_t c = 0; c < width; c += 16 * vectors)
    for (ptrdiff_t h = 0; h < heads; h += 4) {
      float *target = out + h * width + c;
      const float *row = weights + h * length;
      switch (heads - h) {
        case 1: rk_decode_values(1, vectors, target, width, row, length, values + c, stride, count);
          break;
        case 2: rk_decode_values(2, vectors, target, width, row, length, values + c, stride, count);
          break;
        case 3: rk_decode_values(3, vectors, target, width, row, length, values + c, stride, count);
          break;
        default:
          rk_decode_values(4, vectors, target, width, row, length, values + c, stride, count);
      }
    }
}

RK_WIDE static void rk_decode_wide(float *out, float *scores, const float *query, const float *keys,
                                   ptrdiff_t key_stride, const float *values,
                                   ptrdiff_t value_stride, ptrdiff_t length, ptrdiff_t groups,
                                   ptrdiff_t heads, ptrdiff_t width, float scale, float cap) {
  for (ptrdiff_t i = 0; i < length; i += RK_DECODE_BLOCK) {
    const float *block = keys + i * key_stride;
    const ptrdiff_t count = length - i < RK_DECODE_BLOCK ? length - i : RK_DECODE_BLOCK;
    for (ptrdiff_t h = 0; h < groups * heads; h++) {
      rk_fetch(block, key_stride, groups * width, h, groups * heads);
      const float *row = query + h * width;
      const float *key = block + h / heads * width;
      const rk_v16 dots = scale * (count == RK_DECODE_BLOCK
                                       ? rk_decode_dots(1, row, key, key_stride, count, width)
                                       : rk_decode_dots(0, row, key, key_stride, count, width));
      for (ptrdiff_t j = 0; j < count; j++) scores[h * length + i + j] = dots[j];
    }
  }
  rk_decode_softmax(scores, groups * heads, length, cap);
  memset(out, 0, (size_t)(groups * heads * width) * sizeof(float));
  for (ptrdiff_t i = 0; i < length; i += RK_DECODE_BLOCK) {
    const float *block = values + i * value_stride;
    const ptrdiff_t count = length - i < RK_DECODE_BLOCK ? length - i : RK_DECODE_BLOCK;
    for (ptrdiff_t g = 0; g < groups; g++) {
      rk_fetch(block, value_stride, groups * width, g, groups);
      float *target = out + g * heads * width;
      const float *weights = scores + g * heads * length + i;
      if (width % 64 == 0)
        rk_decode_columns(4, target, weights, length, block + g * width, value_stride, count, heads,
                          width);
      else
        rk_decode_columns(1, target, weights, length, block + g * width, value_stride, count, heads,
                          width);
    }
  }
}

#endif

void rk_attention_decode(float *out, float *scores, const float *query, const float *keys,
                         ptrdiff_t key_stride, const float *values, ptrdiff_t value_stride,
                         ptrdiff_t length, ptrdiff_t groups, ptrdiff_t heads, ptrdiff_t width,
                         float scale, float cap) {
#if RK_HAS_WIDE_VECTORS
  if (width % 16 == 0 && rk_gemm_is_available()) {
    rk_decode_wide(out, scores, query, keys, key_stride, values, value_stride, length, groups,
                   heads, width, scale, cap);
    return;
  }
#endif
  for (ptrdiff_t g = 0; g < groups; g++)
    rk_decode_group(out + g * heads * width, scores + g * heads * length,
                    query + g * heads * width, keys + g * width, key_stride, values + g * width,
                    value_stride, length, heads, width, scale, cap);
}

#include "include/rk_attention.h"

#include <math.h>

#include "rk_attention_rows.h"
#include "rk_reduce.h"

RK_KERNEL void rk_attention_softmax(float *scores, ptrdiff_t stride, float *inverse_sums,
                                    float *log_sum_exp, ptrdiff_t log_sum_exp_stride,
                                    ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t visible) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *row = scores + t * stride;
    const ptrdiff_t seen = rk_seen(t, columns, visible);
    const float largest = rk_row_max(row, seen);
    const float sum = rk_exponentiate(row, seen, largest);
    memset(row + seen, 0, (size_t)(columns - seen) * sizeof(float));
    inverse_sums[t] = 1.0f / sum;
    log_sum_exp[t * log_sum_exp_stride] = largest + logf(sum);
  }
}

RK_KERNEL void rk_scale_rows(float *x, ptrdiff_t stride, const float *factors, ptrdiff_t rows,
                             ptrdiff_t columns) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float factor = factors[t];
    float *row = x + t * stride;
    for (ptrdiff_t c = 0; c < columns; c++) row[c] *= factor;
  }
}

RK_KERNEL void rk_attention_softmax_backward(float *scores, float *gradient, ptrdiff_t stride,
                                             const float *log_sum_exp,
                                             ptrdiff_t log_sum_exp_stride, const float *delta,
                                             ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t visible,
                                             float scale) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict s = scores + t * stride;
    float *restrict g = gradient + t * stride;
    const ptrdiff_t seen = rk_seen(t, columns, visible);
    const float shift = log_sum_exp[t * log_sum_exp_stride];
    const float mean = delta[t];
    for (ptrdiff_t c = 0; c < seen; c++) {
      const float p = rk_expf_nonpositive(s[c] - shift);
      s[c] = p;
      g[c] = scale * p * (g[c] - mean);
    }
    memset(s + seen, 0, (size_t)(columns - seen) * sizeof(float));
    memset(g + seen, 0, (size_t)(columns - seen) * sizeof(float));
  }
}

RK_KERNEL void rk_row_dots(float *out, const float *a, ptrdiff_t a_stride, const float *b,
                           ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t t = 0; t < rows; t++)
    out[t] = rk_row_dot(a + t * a_stride, b + t * b_stride, columns);
}

RK_KERNEL void rk_attention_decode(float *out, float *scores, const float *query,
                                   const float *keys, ptrdiff_t key_stride, const float *values,
                                   ptrdiff_t value_stride, ptrdiff_t length, ptrdiff_t heads,
                                   ptrdiff_t width, float scale, float cap) {
  RK_CONTRACT
  for (ptrdiff_t i = 0; i < length; i++)
    for (ptrdiff_t h = 0; h < heads; h++)
      scores[h * length + i] =
          scale * rk_row_dot(query + h * width, keys + i * key_stride, width);
  for (ptrdiff_t h = 0; h < heads; h++) {
    float *row = scores + h * length;
    if (cap > 0) rk_cap_row(row, length, cap);
    const float sum = rk_exponentiate(row, length, rk_row_max(row, length));
    const float inverse = 1.0f / sum;
    for (ptrdiff_t i = 0; i < length; i++) row[i] *= inverse;
  }
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

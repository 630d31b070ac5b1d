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

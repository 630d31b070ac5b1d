#include "include/rk_attention_limits.h"

#include <math.h>

#include "rk_attention_rows.h"
#include "rk_reduce.h"

RK_INLINE ptrdiff_t rk_first(ptrdiff_t seen, ptrdiff_t window) {
  return seen > window ? seen - window : 0;
}

RK_KERNEL void rk_attention_softmax_limited(float *scores, ptrdiff_t stride, float *inverse_sums,
                                            float *log_sum_exp, ptrdiff_t log_sum_exp_stride,
                                            ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t visible,
                                            ptrdiff_t window, float cap) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *row = scores + t * stride;
    const ptrdiff_t seen = rk_seen(t, columns, visible);
    const ptrdiff_t first = rk_first(seen, window);
    if (cap > 0) rk_cap_row(row + first, seen - first, cap);
    const float largest = rk_row_max(row + first, seen - first);
    const float sum = rk_exponentiate(row + first, seen - first, largest);
    memset(row, 0, (size_t)first * sizeof(float));
    memset(row + seen, 0, (size_t)(columns - seen) * sizeof(float));
    inverse_sums[t] = 1.0f / sum;
    log_sum_exp[t * log_sum_exp_stride] = largest + logf(sum);
  }
}

RK_KERNEL void rk_attention_softmax_limited_backward(
    float *scores, float *gradient, ptrdiff_t stride, const float *log_sum_exp,
    ptrdiff_t log_sum_exp_stride, const float *delta, ptrdiff_t rows, ptrdiff_t columns,
    ptrdiff_t visible, float scale, ptrdiff_t window, float cap) {
  RK_CONTRACT
  const float inverse_cap = cap > 0 ? 1.0f / cap : 0.0f;
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict s = scores + t * stride;
    float *restrict g = gradient + t * stride;
    const ptrdiff_t seen = rk_seen(t, columns, visible);
    const ptrdiff_t first = rk_first(seen, window);
    const float shift = log_sum_exp[t * log_sum_exp_stride];
    const float mean = delta[t];
    if (cap > 0) rk_cap_row(s + first, seen - first, cap);
    for (ptrdiff_t c = first; c < seen; c++) {
      const float share = s[c] * inverse_cap;
      const float p = rk_expf_nonpositive(s[c] - shift);
      s[c] = p;
      g[c] = scale * p * (g[c] - mean) * (1.0f - share * share);
    }
    memset(s, 0, (size_t)first * sizeof(float));
    memset(g, 0, (size_t)first * sizeof(float));
    memset(s + seen, 0, (size_t)(columns - seen) * sizeof(float));
    memset(g + seen, 0, (size_t)(columns - seen) * sizeof(float));
  }
}

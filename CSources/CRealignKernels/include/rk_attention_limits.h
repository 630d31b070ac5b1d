// The element-wise parts of attention with a sliding window (Beltagy et al. 2020, section 3.1) and
// with bounded scores, cap * tanh(score / cap) (Gemma Team 2024, section 2).
#ifndef RK_ATTENTION_LIMITS_H
#define RK_ATTENTION_LIMITS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// As rk_attention_softmax, where row t sees only the last `window` of its first
/// min(visible + t, columns) columns, and scores are capped first unless cap is 0.
void rk_attention_softmax_limited(float *scores, ptrdiff_t stride, float *inverse_sums,
                                  float *log_sum_exp, ptrdiff_t log_sum_exp_stride, ptrdiff_t rows,
                                  ptrdiff_t columns, ptrdiff_t visible, ptrdiff_t window,
                                  float cap);

/// As rk_attention_softmax_backward, for the forward pass above: scores come uncapped.
void rk_attention_softmax_limited_backward(float *scores, float *gradient, ptrdiff_t stride,
                                           const float *log_sum_exp, ptrdiff_t log_sum_exp_stride,
                                           const float *delta, ptrdiff_t rows, ptrdiff_t columns,
                                           ptrdiff_t visible, float scale, ptrdiff_t window,
                                           float cap);

#pragma clang assume_nonnull end

#endif

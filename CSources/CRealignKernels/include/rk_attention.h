// The element-wise parts of causal attention; the products around them are matrix products.
#ifndef RK_ATTENTION_H
#define RK_ATTENTION_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A tile of scores: row t sees its first min(visible + t, columns) columns; the rest are masked.
/// scores (rows, columns), already scaled: in place to exp(score - row maximum), 0 where masked.
/// inverse_sums (rows) = 1 / row sum; log_sum_exp (rows) = log sum exp of the visible scores.
void rk_attention_softmax(float *scores, ptrdiff_t stride, float *inverse_sums, float *log_sum_exp,
                          ptrdiff_t log_sum_exp_stride, ptrdiff_t rows, ptrdiff_t columns,
                          ptrdiff_t visible);

/// x[t,:] *= factors[t].
void rk_scale_rows(float *x, ptrdiff_t stride, const float *factors, ptrdiff_t rows,
                   ptrdiff_t columns);

/// The backward pass between the products, in place on both tiles:
/// scores -> probabilities p = exp(score - log_sum_exp), 0 where masked;
/// gradient (d loss / d p) -> d loss / d product = scale * p * (gradient - delta).
void rk_attention_softmax_backward(float *scores, float *gradient, ptrdiff_t stride,
                                   const float *log_sum_exp, ptrdiff_t log_sum_exp_stride,
                                   const float *delta, ptrdiff_t rows, ptrdiff_t columns,
                                   ptrdiff_t visible, float scale);

/// out[t] = sum_c a[t,c] * b[t,c].
void rk_row_dots(float *out, const float *a, ptrdiff_t a_stride, const float *b,
                 ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns);

/// One query row against a cache: each of `groups` heads of keys and values, of width D, is shared
/// by `heads` query heads. out, query: (groups * heads, D); keys, values: (length, groups * D)
/// strided; scores: (groups * heads, length) scratch. Scores are capped at `cap` by a hyperbolic
/// tangent; 0 leaves them. The bits of a head do not depend on how many are computed together.
void rk_attention_decode(float *out, float *scores, const float *query, const float *keys,
                         ptrdiff_t key_stride, const float *values, ptrdiff_t value_stride,
                         ptrdiff_t length, ptrdiff_t groups, ptrdiff_t heads, ptrdiff_t width,
                         float scale, float cap);

#pragma clang assume_nonnull end

#endif

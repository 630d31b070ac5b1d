// Causal grouped-query attention by its definition (Vaswani et al. 2017, equation 1; Ainslie et
// al. 2023).
#ifndef RN_ATTENTION_H
#define RN_ATTENTION_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// Sizes of one call.
typedef struct {
  ptrdiff_t rows;       ///< T
  ptrdiff_t heads;      ///< H, query heads
  ptrdiff_t shared;     ///< K, heads of keys and values; divides H
  ptrdiff_t width;      ///< D
} rn_attention_shape;

/// Row t sees rows 0...t. out, query: (T, H * D); key, value: (T, K * D); log_sum_exp: (T, H);
/// scratch: (T).
void rn_attention_forward(float *out, float *log_sum_exp, float *scratch, const float *query,
                          const float *key, const float *value, rn_attention_shape shape);

/// The gradients of query, key and value, assigned. gradient, out: (T, H * D).
void rn_attention_backward(float *gradient_query, float *gradient_key, float *gradient_value,
                           const float *gradient, const float *query, const float *key,
                           const float *value, const float *out, const float *log_sum_exp,
                           rn_attention_shape shape);

/// One query row (H * D) against shape.rows keys and values; scratch: (rows).
void rn_attention_decode(float *out, float *scratch, const float *query, const float *keys,
                         const float *values, rn_attention_shape shape);

/// Rows of scores to exp(score - largest), 0 from column visible + t on; inverse_sums and
/// log_sum_exp: (rows).
void rn_attention_softmax(float *scores, float *inverse_sums, float *log_sum_exp, ptrdiff_t rows,
                          ptrdiff_t columns, ptrdiff_t visible);

/// scores to probabilities, gradient to scale * p * (gradient - delta).
void rn_attention_softmax_backward(float *scores, float *gradient, const float *log_sum_exp,
                                   const float *delta, ptrdiff_t rows, ptrdiff_t columns,
                                   ptrdiff_t visible, float scale);

#pragma clang assume_nonnull end

#endif

// Statistics and gradients of softmax rows over the vocabulary.
#ifndef RK_SOFTMAX_H
#define RK_SOFTMAX_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What one row of logits says; logarithms are natural.
typedef struct {
  double log_sum_exp;      ///< log sum_v exp(logit_v)
  double entropy;          ///< -sum_v p_v log p_v, nats
  double mean_logit;       ///< the mean over v of logit_v
  ptrdiff_t argmax;        ///< the first index of the largest logit
} rk_row_statistics;

/// statistics (T) of logits (T, V).
void rk_softmax_statistics(rk_row_statistics *statistics, const float *logits, ptrdiff_t stride,
                           ptrdiff_t rows, ptrdiff_t vocabulary);

/// log_collision[t] = log sum_v p_v^2 of p = softmax(logits[t,:]).
void rk_softmax_log_collision(double *log_collision, const float *logits, ptrdiff_t stride,
                              ptrdiff_t rows, ptrdiff_t vocabulary);

/// logits[t,:] = coefficient[t] * (onehot(target[t]) - softmax(logits[t,:])), in place: the
/// gradient of sum_t coefficient[t] * log p(target[t]). A target below 0 has no one-hot term.
void rk_softmax_logits_gradient(float *logits, ptrdiff_t stride, const int32_t *targets,
                                const float *log_sum_exp, const float *coefficients,
                                ptrdiff_t rows, ptrdiff_t vocabulary);

/// logits[t,:] = softmax(logits[t,:] * inverse_temperature), in place.
void rk_softmax_probabilities(float *logits, ptrdiff_t stride, ptrdiff_t rows,
                              ptrdiff_t vocabulary, float inverse_temperature);

/// weights[v] = exp((logits[v] - the largest) / temperature), in double.
void rk_softmax_weights(double *weights, const float *logits, ptrdiff_t vocabulary,
                        double temperature);

#pragma clang assume_nonnull end

#endif

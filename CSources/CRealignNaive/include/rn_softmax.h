// Softmax rows over the vocabulary: statistics, gradients, divergence.
#ifndef RN_SOFTMAX_H
#define RN_SOFTMAX_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// statistics (T, 4) of logits (T, V): log sum exp, entropy, mean logit, index of the largest.
void rn_softmax_statistics(double *statistics, const float *logits, ptrdiff_t rows,
                           ptrdiff_t vocabulary);

/// log_collision[t] = log sum_v p_v^2.
void rn_softmax_log_collision(double *log_collision, const float *logits, ptrdiff_t rows,
                              ptrdiff_t vocabulary);

/// logits[t,:] = coefficient[t] * (onehot(target[t]) - softmax(logits[t,:])), in place.
void rn_softmax_logits_gradient(float *logits, const int32_t *targets, const float *log_sum_exp,
                                const float *coefficients, ptrdiff_t rows, ptrdiff_t vocabulary);

/// logits[t,:] = softmax(logits[t,:]), in place.
void rn_softmax_probabilities(float *logits, ptrdiff_t rows, ptrdiff_t vocabulary);

/// divergence[t] = KL of softmax(policy[t,:]) from softmax(reference[t,:]).
void rn_kl_divergence(double *divergence, const float *policy, const float *reference,
                      ptrdiff_t rows, ptrdiff_t vocabulary);

/// divergence as above, and policy[t,:] = coefficient[t] * d divergence[t] / d policy[t,:].
void rn_kl_gradient(double *divergence, float *policy, const float *reference,
                    const float *coefficients, ptrdiff_t rows, ptrdiff_t vocabulary);

#pragma clang assume_nonnull end

#endif

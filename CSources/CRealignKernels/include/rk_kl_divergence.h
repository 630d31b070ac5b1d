// Exact Kullback-Leibler divergence between two softmax rows, in double throughout.
#ifndef RK_KL_DIVERGENCE_H
#define RK_KL_DIVERGENCE_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// divergence[t] = sum_v p_v (log p_v - log q_v), p = softmax(policy[t,:]),
/// q = softmax(reference[t,:]); log_normalizers[2t], [2t+1] = log sum exp of both rows.
void rk_kl_divergence(double *divergence, double *log_normalizers, const float *policy,
                      ptrdiff_t policy_stride, const float *reference,
                      ptrdiff_t reference_stride, ptrdiff_t rows, ptrdiff_t vocabulary);

/// policy[t,:] = coefficient[t] * p_v ((log p_v - log q_v) - divergence[t]), in place: the gradient
/// of sum_t coefficient[t] * divergence[t] in the policy's logits.
void rk_kl_divergence_gradient(float *policy, ptrdiff_t policy_stride, const float *reference,
                               ptrdiff_t reference_stride, const double *divergence,
                               const double *log_normalizers, const float *coefficients,
                               ptrdiff_t rows, ptrdiff_t vocabulary);

#pragma clang assume_nonnull end

#endif

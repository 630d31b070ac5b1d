// Normalisation of rows and rotary positions.
#ifndef RN_NORMALISATION_H
#define RN_NORMALISATION_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// out[t,:] = x[t,:] / sqrt(mean(x^2) + epsilon) * weight; inverse_rms (T).
void rn_rms_norm_forward(float *out, float *inverse_rms, const float *x, const float *weight,
                         ptrdiff_t rows, ptrdiff_t columns, float epsilon);

/// x += delta in place, then the forward pass above.
void rn_rms_norm_add_forward(float *out, float *inverse_rms, float *x, const float *delta,
                             const float *weight, ptrdiff_t rows, ptrdiff_t columns,
                             float epsilon);

/// The gradients of input and weight.
void rn_rms_norm_backward(float *gradient_x, float *gradient_weight, const float *gradient,
                          const float *x, const float *weight, const float *inverse_rms,
                          ptrdiff_t rows, ptrdiff_t columns);

/// out[t,:] = (x[t,:] - mean) / sqrt(variance + epsilon) * weight + bias.
void rn_layer_norm_forward(float *out, float *inverse_deviation, const float *x,
                           const float *weight, const float *bias, ptrdiff_t rows,
                           ptrdiff_t columns, float epsilon);

/// The gradients of input, weight and bias.
void rn_layer_norm_backward(float *gradient_x, float *gradient_weight, float *gradient_bias,
                            const float *gradient, const float *x, const float *weight,
                            const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t columns);

/// Rotates each head of x (T, H * 2 * half) in place; cosines, sines: (positions, half).
void rn_rotary(float *x, const float *cosines, const float *sines, const int32_t *positions,
               ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t half);

#pragma clang assume_nonnull end

#endif

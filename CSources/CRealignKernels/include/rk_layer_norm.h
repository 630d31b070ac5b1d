// Layer normalisation (Ba, Kiros & Hinton 2016, equation 4) over the columns of each row.
#ifndef RK_LAYER_NORM_H
#define RK_LAYER_NORM_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// out[t,:] = (x[t,:] - mean) / sqrt(variance + epsilon) * weight + bias.
/// out, x: (T, C); weight, bias: (C); inverse_deviation: (T, 1), saved for backward.
void rk_layer_norm_forward(float *out, ptrdiff_t out_stride, float *inverse_deviation,
                           ptrdiff_t inverse_stride, const float *x, ptrdiff_t x_stride,
                           const float *weight, const float *bias, ptrdiff_t rows,
                           ptrdiff_t columns, float epsilon);

/// gradient_x[t,:] = (accumulate: +=) the gradient of x; where not null gradient_weight[:] += and
/// gradient_bias[:] +=. With n = (x - mean) r and g = gradient * weight:
/// dx = r (g - mean(g) - n mean(g n)), dweight = sum_t gradient n, dbias = sum_t gradient.
void rk_layer_norm_backward(float *gradient_x, ptrdiff_t gradient_x_stride,
                            float *_Nullable gradient_weight, float *_Nullable gradient_bias,
                            const float *gradient, ptrdiff_t gradient_stride, const float *x,
                            ptrdiff_t x_stride, const float *weight,
                            const float *inverse_deviation, ptrdiff_t inverse_stride,
                            ptrdiff_t rows, ptrdiff_t columns, int32_t accumulate);

#pragma clang assume_nonnull end

#endif

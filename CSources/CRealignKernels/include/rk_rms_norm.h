// Root-mean-square normalisation (Zhang & Sennrich 2019, equation 4).
#ifndef RK_RMS_NORM_H
#define RK_RMS_NORM_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// out[t,:] = x[t,:] / rms(x[t,:]) * weight, rms(x) = sqrt(mean(x^2) + epsilon).
/// out, x: (T, C); weight: (C); inverse_rms: (T, 1), saved for backward.
void rk_rms_norm_forward(float *out, ptrdiff_t out_stride, float *inverse_rms,
                         ptrdiff_t inverse_stride, const float *x, ptrdiff_t x_stride,
                         const float *weight, ptrdiff_t rows, ptrdiff_t columns, float epsilon);

/// x[t,:] += delta[t,:] in place, then the forward pass above on the sum.
void rk_rms_norm_add_forward(float *out, ptrdiff_t out_stride, float *inverse_rms,
                             ptrdiff_t inverse_stride, float *x, ptrdiff_t x_stride,
                             const float *delta, ptrdiff_t delta_stride, const float *weight,
                             ptrdiff_t rows, ptrdiff_t columns, float epsilon);

/// gradient_x[t,:] = (accumulate: +=) the gradient of x; gradient_weight[:] += where not null.
/// With g = gradient * weight: dx = r g - x r^3 mean(g x), dweight = sum_t gradient x r.
void rk_rms_norm_backward(float *gradient_x, ptrdiff_t gradient_x_stride,
                          float *_Nullable gradient_weight, const float *gradient,
                          ptrdiff_t gradient_stride, const float *x, ptrdiff_t x_stride,
                          const float *weight, const float *inverse_rms,
                          ptrdiff_t inverse_stride, ptrdiff_t rows, ptrdiff_t columns,
                          int32_t accumulate);

#pragma clang assume_nonnull end

#endif

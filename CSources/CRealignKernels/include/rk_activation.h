// Activations of encoders, forward only: GELU by its definition (Hendrycks & Gimpel 2016,
// section 2) and the rectifier (Nair & Hinton 2010).
#ifndef RK_ACTIVATION_H
#define RK_ACTIVATION_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// out[t,f] = x[t,f] * P(X <= x[t,f]) with X standard normal. out, x: (T, F).
void rk_exact_gelu(float *out, ptrdiff_t out_stride, const float *x, ptrdiff_t x_stride,
                   ptrdiff_t rows, ptrdiff_t width);

/// out[t,f] = max(x[t,f], 0), NaN for NaN. out, x: (T, F).
void rk_relu(float *out, ptrdiff_t out_stride, const float *x, ptrdiff_t x_stride, ptrdiff_t rows,
             ptrdiff_t width);

#pragma clang assume_nonnull end

#endif

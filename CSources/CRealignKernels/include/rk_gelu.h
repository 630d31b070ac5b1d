// Gaussian error linear unit in its tanh form (Hendrycks & Gimpel 2016, section 2), alone and as
// the gate of a feed-forward layer (GEGLU, Shazeer 2020, equation 6).
#ifndef RK_GELU_H
#define RK_GELU_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// out[t,f] = gelu(x[t,f]), gelu(x) = x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2.
/// out, x: (T, F).
void rk_gelu_forward(float *out, ptrdiff_t out_stride, const float *x, ptrdiff_t x_stride,
                     ptrdiff_t rows, ptrdiff_t width);

/// gradient_x (T, F) = gradient * gelu'(x).
void rk_gelu_backward(float *gradient_x, ptrdiff_t gradient_x_stride, const float *gradient,
                      ptrdiff_t gradient_stride, const float *x, ptrdiff_t x_stride,
                      ptrdiff_t rows, ptrdiff_t width);

/// out[t,f] = gelu(gate[t,f]) * up[t,f]; gate_up: (T, 2F), gate first; out: (T, F).
void rk_geglu_forward(float *out, ptrdiff_t out_stride, const float *gate_up,
                      ptrdiff_t gate_up_stride, ptrdiff_t rows, ptrdiff_t width);

/// gradient_gate_up (T, 2F) = the gradients of gate and up; gradient: (T, F).
void rk_geglu_backward(float *gradient_gate_up, ptrdiff_t gradient_gate_up_stride,
                       const float *gradient, ptrdiff_t gradient_stride, const float *gate_up,
                       ptrdiff_t gate_up_stride, ptrdiff_t rows, ptrdiff_t width);

#pragma clang assume_nonnull end

#endif

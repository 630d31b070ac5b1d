// Activations of feed-forward layers and the smooth bound of logits.
#ifndef RN_ACTIVATION_H
#define RN_ACTIVATION_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// out (T, F) = silu(gate) * up; gate_up: (T, 2F), gate first.
void rn_swiglu_forward(float *out, const float *gate_up, ptrdiff_t rows, ptrdiff_t width);

/// gradient_gate_up (T, 2F) from gradient (T, F).
void rn_swiglu_backward(float *gradient_gate_up, const float *gradient, const float *gate_up,
                        ptrdiff_t rows, ptrdiff_t width);

/// out[i] = gelu(x[i]) in its tanh form.
void rn_gelu_forward(float *out, const float *x, ptrdiff_t count);

/// gradient_x[i] = gradient[i] * gelu'(x[i]).
void rn_gelu_backward(float *gradient_x, const float *gradient, const float *x, ptrdiff_t count);

/// out (T, F) = gelu(gate) * up; gate_up: (T, 2F), gate first.
void rn_geglu_forward(float *out, const float *gate_up, ptrdiff_t rows, ptrdiff_t width);

/// gradient_gate_up (T, 2F) from gradient (T, F).
void rn_geglu_backward(float *gradient_gate_up, const float *gradient, const float *gate_up,
                       ptrdiff_t rows, ptrdiff_t width);

/// out[i] = x[i] * P(X <= x[i]) with X standard normal.
void rn_exact_gelu(float *out, const float *x, ptrdiff_t count);

/// out[i] = max(x[i], 0).
void rn_relu(float *out, const float *x, ptrdiff_t count);

/// x[i] = cap * tanh(x[i] / cap), in place.
void rn_soft_cap(float *x, ptrdiff_t count, float cap);

/// gradient[i] *= 1 - (capped[i] / cap)^2, in place.
void rn_soft_cap_backward(float *gradient, const float *capped, ptrdiff_t count, float cap);

#pragma clang assume_nonnull end

#endif

// Smooth bound of logits (Gemma Team 2024, section 2): cap * tanh(x / cap).
#ifndef RK_SOFT_CAP_H
#define RK_SOFT_CAP_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// x[i] = cap * tanh(x[i] / cap), in place.
void rk_soft_cap(float *x, ptrdiff_t count, float cap);

/// gradient[i] *= 1 - (capped[i] / cap)^2, in place; capped: the result of the forward pass.
void rk_soft_cap_backward(float *gradient, const float *capped, ptrdiff_t count, float cap);

#pragma clang assume_nonnull end

#endif

// Gated feed-forward activation SwiGLU (Shazeer 2020, equation 6): silu(gate) * up.
#ifndef RK_SWIGLU_H
#define RK_SWIGLU_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// out[t,f] = silu(gate[t,f]) * up[t,f]; gate_up: (T, 2F), gate first; out: (T, F).
void rk_swiglu_forward(float *out, ptrdiff_t out_stride, const float *gate_up,
                       ptrdiff_t gate_up_stride, ptrdiff_t rows, ptrdiff_t width);

/// gradient_gate_up (T, 2F) = the gradients of gate and up; gradient: (T, F).
void rk_swiglu_backward(float *gradient_gate_up, ptrdiff_t gradient_gate_up_stride,
                        const float *gradient, ptrdiff_t gradient_stride, const float *gate_up,
                        ptrdiff_t gate_up_stride, ptrdiff_t rows, ptrdiff_t width);

#pragma clang assume_nonnull end

#endif

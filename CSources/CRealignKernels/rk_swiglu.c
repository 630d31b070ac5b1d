#include "include/rk_swiglu.h"

#include "rk_exp.h"

RK_KERNEL void rk_swiglu_forward(float *out, ptrdiff_t out_stride, const float *gate_up,
                                 ptrdiff_t gate_up_stride, ptrdiff_t rows, ptrdiff_t width) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict gate = gate_up + t * gate_up_stride;
    const float *restrict up = gate + width;
    float *restrict y = out + t * out_stride;
    for (ptrdiff_t i = 0; i < width; i++) {
      const float sigmoid = 1.0f / (1.0f + rk_expf(-gate[i]));
      y[i] = gate[i] * sigmoid * up[i];
    }
  }
}

RK_KERNEL void rk_swiglu_backward(float *gradient_gate_up, ptrdiff_t gradient_gate_up_stride,
                                  const float *gradient, ptrdiff_t gradient_stride,
                                  const float *gate_up, ptrdiff_t gate_up_stride, ptrdiff_t rows,
                                  ptrdiff_t width) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict gate = gate_up + t * gate_up_stride;
    const float *restrict up = gate + width;
    const float *restrict dy = gradient + t * gradient_stride;
    float *restrict dgate = gradient_gate_up + t * gradient_gate_up_stride;
    float *restrict dup = dgate + width;
    for (ptrdiff_t i = 0; i < width; i++) {
      const float sigmoid = 1.0f / (1.0f + rk_expf(-gate[i]));
      const float silu = gate[i] * sigmoid;
      dgate[i] = dy[i] * up[i] * (sigmoid + silu * (1.0f - sigmoid));
      dup[i] = dy[i] * silu;
    }
  }
}

#include "include/rk_gelu.h"

#include "rk_exp.h"

// (1 + tanh u) / 2 = 1 / (1 + e^(-2u)): no cancellation for negative x.
RK_INLINE float rk_gelu_share(float x) {
  RK_CONTRACT
  const float twice_u = 1.59576912f * (x + 0.044715f * x * x * x);  // 2 sqrt(2 / pi)
  return 1.0f / (1.0f + rk_expf(-twice_u));
}

// The derivative: share + x share (1 - share) 2u'.
RK_INLINE float rk_gelu_slope(float x, float share) {
  RK_CONTRACT
  const float twice_slope = 1.59576912f * (1.0f + 0.134145f * x * x);
  return share + x * share * (1.0f - share) * twice_slope;
}

RK_KERNEL void rk_gelu_forward(float *out, ptrdiff_t out_stride, const float *x,
                               ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t width) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * x_stride;
    float *restrict y = out + t * out_stride;
    for (ptrdiff_t i = 0; i < width; i++) y[i] = row[i] * rk_gelu_share(row[i]);
  }
}

RK_KERNEL void rk_gelu_backward(float *gradient_x, ptrdiff_t gradient_x_stride,
                                const float *gradient, ptrdiff_t gradient_stride, const float *x,
                                ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t width) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * x_stride;
    const float *restrict dy = gradient + t * gradient_stride;
    float *restrict dx = gradient_x + t * gradient_x_stride;
    for (ptrdiff_t i = 0; i < width; i++)
      dx[i] = dy[i] * rk_gelu_slope(row[i], rk_gelu_share(row[i]));
  }
}

RK_KERNEL void rk_geglu_forward(float *out, ptrdiff_t out_stride, const float *gate_up,
                                ptrdiff_t gate_up_stride, ptrdiff_t rows, ptrdiff_t width) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict gate = gate_up + t * gate_up_stride;
    const float *restrict up = gate + width;
    float *restrict y = out + t * out_stride;
    for (ptrdiff_t i = 0; i < width; i++) y[i] = gate[i] * rk_gelu_share(gate[i]) * up[i];
  }
}

RK_KERNEL void rk_geglu_backward(float *gradient_gate_up, ptrdiff_t gradient_gate_up_stride,
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
      const float share = rk_gelu_share(gate[i]);
      dgate[i] = dy[i] * up[i] * rk_gelu_slope(gate[i], share);
      dup[i] = dy[i] * gate[i] * share;
    }
  }
}

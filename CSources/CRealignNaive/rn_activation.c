#include "include/rn_activation.h"

#include <math.h>

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }

// sqrt(2 / pi) (x + 0.044715 x^3)
static float gelu_argument(float x) { return 0.797884561f * (x + 0.044715f * x * x * x); }

static float gelu(float x) { return 0.5f * x * (1 + tanhf(gelu_argument(x))); }

static float gelu_slope(float x) {
  const float t = tanhf(gelu_argument(x));
  const float inner = 0.797884561f * (1 + 0.134145f * x * x);
  return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * inner;
}

void rn_swiglu_forward(float *out, const float *gate_up, ptrdiff_t rows, ptrdiff_t width) {
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t i = 0; i < width; i++) {
      const float gate = gate_up[2 * t * width + i];
      out[t * width + i] = gate * sigmoid(gate) * gate_up[(2 * t + 1) * width + i];
    }
}

void rn_swiglu_backward(float *gradient_gate_up, const float *gradient, const float *gate_up,
                        ptrdiff_t rows, ptrdiff_t width) {
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t i = 0; i < width; i++) {
      const float gate = gate_up[2 * t * width + i];
      const float up = gate_up[(2 * t + 1) * width + i];
      const float g = gradient[t * width + i];
      const float s = sigmoid(gate);
      gradient_gate_up[2 * t * width + i] = g * up * s * (1 + gate * (1 - s));
      gradient_gate_up[(2 * t + 1) * width + i] = g * gate * s;
    }
}

void rn_gelu_forward(float *out, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = gelu(x[i]);
}

void rn_gelu_backward(float *gradient_x, const float *gradient, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) gradient_x[i] = gradient[i] * gelu_slope(x[i]);
}

void rn_geglu_forward(float *out, const float *gate_up, ptrdiff_t rows, ptrdiff_t width) {
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t i = 0; i < width; i++)
      out[t * width + i] =
          gelu(gate_up[2 * t * width + i]) * gate_up[(2 * t + 1) * width + i];
}

void rn_geglu_backward(float *gradient_gate_up, const float *gradient, const float *gate_up,
                       ptrdiff_t rows, ptrdiff_t width) {
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t i = 0; i < width; i++) {
      const float gate = gate_up[2 * t * width + i];
      const float up = gate_up[(2 * t + 1) * width + i];
      const float g = gradient[t * width + i];
      gradient_gate_up[2 * t * width + i] = g * up * gelu_slope(gate);
      gradient_gate_up[(2 * t + 1) * width + i] = g * gelu(gate);
    }
}

void rn_exact_gelu(float *out, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = 0.5f * x[i] * (1 + erff(x[i] * 0.707106781f));
}

void rn_relu(float *out, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = x[i] > 0 ? x[i] : 0;
}

void rn_soft_cap(float *x, ptrdiff_t count, float cap) {
  for (ptrdiff_t i = 0; i < count; i++) x[i] = cap * tanhf(x[i] / cap);
}

void rn_soft_cap_backward(float *gradient, const float *capped, ptrdiff_t count, float cap) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float share = capped[i] / cap;
    gradient[i] *= 1 - share * share;
  }
}

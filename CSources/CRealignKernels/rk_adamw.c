#include "include/rk_adamw.h"

#include "rk_macros.h"

RK_KERNEL void rk_adamw(float *parameters, float *first, float *second, const float *gradients,
                        ptrdiff_t count, rk_adamw_step step) {
  RK_CONTRACT
  float *restrict p = parameters;
  float *restrict m = first;
  float *restrict v = second;
  const float *restrict gradient = gradients;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float g = gradient[i] * step.gradient_scale;
    m[i] = step.beta1 * m[i] + step.one_minus_beta1 * g;
    v[i] = step.beta2 * v[i] + step.one_minus_beta2 * g * g;
    const float root = __builtin_elementwise_sqrt(v[i]) * step.inverse_root + step.epsilon;
    p[i] = p[i] * step.keep - step.step_size * (m[i] / root);
  }
}

#include "include/rk_soft_cap.h"

#include "rk_tanh.h"

RK_KERNEL void rk_soft_cap(float *x, ptrdiff_t count, float cap) {
  RK_CONTRACT
  const float inverse = 1.0f / cap;
  for (ptrdiff_t i = 0; i < count; i++) x[i] = cap * rk_tanhf(x[i] * inverse);
}

RK_KERNEL void rk_soft_cap_backward(float *gradient, const float *capped, ptrdiff_t count,
                                    float cap) {
  RK_CONTRACT
  const float inverse = 1.0f / cap;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float share = capped[i] * inverse;
    gradient[i] *= 1.0f - share * share;
  }
}

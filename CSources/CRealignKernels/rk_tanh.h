// A hyperbolic tangent that vectorises: no calls, no branches, no tables.
#ifndef RK_TANH_H
#define RK_TANH_H

#include "rk_exp.h"

// tanh x to a few units in the last place; -1 or 1 from |x| = 9.02 on, NaN for NaN.
//
// Below 0.625 x + x^3 p(x^2), p a Chebyshev fit of degree 4 (relative error 6e-9); above,
// 1 - 2 / (e^(2|x|) + 1), where nothing cancels.
RK_INLINE float rk_tanhf(float x) {
  RK_CONTRACT
  const float z = x * x;
  float p = -0.00581114739f;
  p = p * z + 0.0207449272f;
  p = p * z + -0.0537766665f;
  p = p * z + 0.133319646f;
  p = p * z + -0.333333045f;
  const float small = x + x * z * p;
  const float magnitude = x < 0 ? -x : x;
  const float far = 1.0f - 2.0f / (rk_expf(2.0f * magnitude) + 1.0f);
  const float large = x < 0 ? -far : far;
  return magnitude < 0.625f ? small : large;
}

#endif

// Steps on one row of attention scores, shared by the kernels with and without limits.
#ifndef RK_ATTENTION_ROWS_H
#define RK_ATTENTION_ROWS_H

#include "rk_exp.h"
#include "rk_tanh.h"

// Turns n scores into exp(score - largest) and returns the sum.
RK_INLINE float rk_exponentiate(float *restrict x, ptrdiff_t n, float largest) {
  RK_REASSOCIATE
  float sum = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    x[i] = rk_expf_nonpositive(x[i] - largest);
    sum += x[i];
  }
  return sum;
}

// How many of the first columns a row of a tile sees.
RK_INLINE ptrdiff_t rk_seen(ptrdiff_t row, ptrdiff_t columns, ptrdiff_t visible) {
  return visible + row < columns ? visible + row : columns;
}

// Scores x become cap * tanh(x / cap).
RK_INLINE void rk_cap_row(float *restrict x, ptrdiff_t n, float cap) {
  RK_CONTRACT
  const float inverse = 1.0f / cap;
  for (ptrdiff_t i = 0; i < n; i++) x[i] = cap * rk_tanhf(x[i] * inverse);
}

#endif

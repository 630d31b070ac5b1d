// Row reductions shared by kernels.
#ifndef RK_REDUCE_H
#define RK_REDUCE_H

#include "rk_macros.h"

// The largest of n >= 1 values; lanes are written out because a plain maximum does not vectorise.
RK_INLINE float rk_row_max(const float *x, ptrdiff_t n) {
  enum { LANES = 32 };
  if (n < LANES) {
    float best = x[0];
    for (ptrdiff_t i = 1; i < n; i++) best = x[i] > best ? x[i] : best;
    return best;
  }
  float lane[LANES];
  memcpy(lane, x, sizeof lane);
  ptrdiff_t i = LANES;
  for (; i + LANES <= n; i += LANES)
    for (int j = 0; j < LANES; j++) lane[j] = x[i + j] > lane[j] ? x[i + j] : lane[j];
  for (int j = 0; i + j < n; j++) lane[j] = x[i + j] > lane[j] ? x[i + j] : lane[j];
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int j = 0; j < width; j++) lane[j] = lane[j + width] > lane[j] ? lane[j + width] : lane[j];
  return lane[0];
}

// The sum of a[i] * b[i].
RK_INLINE float rk_row_dot(const float *a, const float *b, ptrdiff_t n) {
  RK_REASSOCIATE
  float sum = 0;
  for (ptrdiff_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

#endif

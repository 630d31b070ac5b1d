#include "include/rk_elementwise.h"

#include "rk_macros.h"

RK_KERNEL void rk_add_scaled(float *y, const float *x, ptrdiff_t count, float scale) {
  RK_CONTRACT
  for (ptrdiff_t i = 0; i < count; i++) y[i] += scale * x[i];
}

RK_KERNEL void rk_multiply(float *y, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] *= x[i];
}

RK_KERNEL void rk_scale(float *y, ptrdiff_t count, float scale) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] *= scale;
}

RK_KERNEL void rk_interpolate(float *y, const float *x, ptrdiff_t count, float share) {
  RK_CONTRACT
  for (ptrdiff_t i = 0; i < count; i++) y[i] += share * (x[i] - y[i]);
}

RK_KERNEL double rk_sum_of_squares(const float *x, ptrdiff_t count) {
  RK_REASSOCIATE
  double sum = 0;
  for (ptrdiff_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

RK_KERNEL int32_t rk_all_finite(const float *x, ptrdiff_t count) {
  int32_t bad = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    int32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bad |= (bits & 0x7F800000) == 0x7F800000;
  }
  return !bad;
}

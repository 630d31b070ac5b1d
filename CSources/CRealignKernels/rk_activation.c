#include "include/rk_activation.h"

#include "rk_normal.h"

RK_KERNEL void rk_exact_gelu(float *out, ptrdiff_t out_stride, const float *x, ptrdiff_t x_stride,
                             ptrdiff_t rows, ptrdiff_t width) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * x_stride;
    float *restrict y = out + t * out_stride;
    for (ptrdiff_t i = 0; i < width; i++) y[i] = row[i] * rk_normal(row[i]);
  }
}

RK_KERNEL void rk_relu(float *out, ptrdiff_t out_stride, const float *x, ptrdiff_t x_stride,
                       ptrdiff_t rows, ptrdiff_t width) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * x_stride;
    float *restrict y = out + t * out_stride;
    for (ptrdiff_t i = 0; i < width; i++) y[i] = row[i] < 0 ? 0 : row[i];
  }
}

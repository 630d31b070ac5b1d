#include "include/rk_rms_norm.h"

#include "rk_macros.h"

// Normalises one row and returns 1 / rms.
RK_INLINE float rk_normalise_row(float *restrict out, const float *restrict x,
                                 const float *restrict weight, ptrdiff_t columns, float epsilon) {
  RK_REASSOCIATE
  double squares = 0;
  for (ptrdiff_t c = 0; c < columns; c++) squares += (double)x[c] * (double)x[c];
  const double mean = squares / (double)columns;
  const float inverse = (float)(1.0 / __builtin_elementwise_sqrt(mean + (double)epsilon));
  for (ptrdiff_t c = 0; c < columns; c++) out[c] = x[c] * inverse * weight[c];
  return inverse;
}

RK_KERNEL void rk_rms_norm_forward(float *out, ptrdiff_t out_stride, float *inverse_rms,
                                   ptrdiff_t inverse_stride, const float *x, ptrdiff_t x_stride,
                                   const float *weight, ptrdiff_t rows, ptrdiff_t columns,
                                   float epsilon) {
  for (ptrdiff_t t = 0; t < rows; t++)
    inverse_rms[t * inverse_stride] =
        rk_normalise_row(out + t * out_stride, x + t * x_stride, weight, columns, epsilon);
}

RK_KERNEL void rk_rms_norm_add_forward(float *out, ptrdiff_t out_stride, float *inverse_rms,
                                       ptrdiff_t inverse_stride, float *x, ptrdiff_t x_stride,
                                       const float *delta, ptrdiff_t delta_stride,
                                       const float *weight, ptrdiff_t rows, ptrdiff_t columns,
                                       float epsilon) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict row = x + t * x_stride;
    const float *restrict change = delta + t * delta_stride;
    for (ptrdiff_t c = 0; c < columns; c++) row[c] += change[c];
    inverse_rms[t * inverse_stride] =
        rk_normalise_row(out + t * out_stride, row, weight, columns, epsilon);
  }
}

RK_KERNEL void rk_rms_norm_backward(float *gradient_x, ptrdiff_t gradient_x_stride,
                                    float *gradient_weight, const float *gradient,
                                    ptrdiff_t gradient_stride, const float *x, ptrdiff_t x_stride,
                                    const float *weight, const float *inverse_rms,
                                    ptrdiff_t inverse_stride, ptrdiff_t rows, ptrdiff_t columns,
                                    int32_t accumulate) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict dx = gradient_x + t * gradient_x_stride;
    const float *restrict g = gradient + t * gradient_stride;
    const float *restrict row = x + t * x_stride;
    const float r = inverse_rms[t * inverse_stride];
    double dot = 0;
    for (ptrdiff_t c = 0; c < columns; c++) dot += (double)(g[c] * weight[c]) * (double)row[c];
    const float shrink = (float)(dot / (double)columns) * r * r * r;
    if (accumulate)
      for (ptrdiff_t c = 0; c < columns; c++) dx[c] += g[c] * weight[c] * r - row[c] * shrink;
    else
      for (ptrdiff_t c = 0; c < columns; c++) dx[c] = g[c] * weight[c] * r - row[c] * shrink;
    if (gradient_weight) {
      float *restrict dw = gradient_weight;
      for (ptrdiff_t c = 0; c < columns; c++) dw[c] += g[c] * row[c] * r;
    }
  }
}

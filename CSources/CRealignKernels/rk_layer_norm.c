#include "include/rk_layer_norm.h"

#include "rk_macros.h"

RK_INLINE double rk_mean(const float *restrict x, ptrdiff_t columns) {
  RK_REASSOCIATE
  double sum = 0;
  for (ptrdiff_t c = 0; c < columns; c++) sum += (double)x[c];
  return sum / (double)columns;
}

RK_KERNEL void rk_layer_norm_forward(float *out, ptrdiff_t out_stride, float *inverse_deviation,
                                     ptrdiff_t inverse_stride, const float *x, ptrdiff_t x_stride,
                                     const float *weight, const float *bias, ptrdiff_t rows,
                                     ptrdiff_t columns, float epsilon) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict row = x + t * x_stride;
    float *restrict y = out + t * out_stride;
    const double mean = rk_mean(row, columns);
    double squares = 0;
    for (ptrdiff_t c = 0; c < columns; c++) {
      const double d = (double)row[c] - mean;
      squares += d * d;
    }
    const double variance = squares / (double)columns;
    const float inverse = (float)(1.0 / __builtin_elementwise_sqrt(variance + (double)epsilon));
    const float shift = (float)mean;
    for (ptrdiff_t c = 0; c < columns; c++)
      y[c] = (row[c] - shift) * inverse * weight[c] + bias[c];
    inverse_deviation[t * inverse_stride] = inverse;
  }
}

RK_KERNEL void rk_layer_norm_backward(float *gradient_x, ptrdiff_t gradient_x_stride,
                                      float *gradient_weight, float *gradient_bias,
                                      const float *gradient, ptrdiff_t gradient_stride,
                                      const float *x, ptrdiff_t x_stride, const float *weight,
                                      const float *inverse_deviation, ptrdiff_t inverse_stride,
                                      ptrdiff_t rows, ptrdiff_t columns, int32_t accumulate) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict dx = gradient_x + t * gradient_x_stride;
    const float *restrict g = gradient + t * gradient_stride;
    const float *restrict row = x + t * x_stride;
    const float r = inverse_deviation[t * inverse_stride];
    const float shift = (float)rk_mean(row, columns);
    double sum = 0, dot = 0;
    for (ptrdiff_t c = 0; c < columns; c++) {
      const double scaled = (double)(g[c] * weight[c]);
      sum += scaled;
      dot += scaled * (double)((row[c] - shift) * r);
    }
    const float mean = (float)(sum / (double)columns);
    const float slope = (float)(dot / (double)columns);
    if (accumulate)
      for (ptrdiff_t c = 0; c < columns; c++)
        dx[c] += r * (g[c] * weight[c] - mean - (row[c] - shift) * r * slope);
    else
      for (ptrdiff_t c = 0; c < columns; c++)
        dx[c] = r * (g[c] * weight[c] - mean - (row[c] - shift) * r * slope);
    if (gradient_weight) {
      float *restrict dw = gradient_weight;
      for (ptrdiff_t c = 0; c < columns; c++) dw[c] += g[c] * (row[c] - shift) * r;
    }
    if (gradient_bias) {
      float *restrict db = gradient_bias;
      for (ptrdiff_t c = 0; c < columns; c++) db[c] += g[c];
    }
  }
}

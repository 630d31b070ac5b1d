#include "include/rn_normalisation.h"

#include <math.h>

void rn_rms_norm_forward(float *out, float *inverse_rms, const float *x, const float *weight,
                         ptrdiff_t rows, ptrdiff_t columns, float epsilon) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *row = x + t * columns;
    double squares = 0;
    for (ptrdiff_t c = 0; c < columns; c++) squares += (double)row[c] * (double)row[c];
    const float inverse = (float)(1 / sqrt(squares / (double)columns + (double)epsilon));
    for (ptrdiff_t c = 0; c < columns; c++) out[t * columns + c] = row[c] * inverse * weight[c];
    inverse_rms[t] = inverse;
  }
}

void rn_rms_norm_add_forward(float *out, float *inverse_rms, float *x, const float *delta,
                             const float *weight, ptrdiff_t rows, ptrdiff_t columns,
                             float epsilon) {
  for (ptrdiff_t i = 0; i < rows * columns; i++) x[i] += delta[i];
  rn_rms_norm_forward(out, inverse_rms, x, weight, rows, columns, epsilon);
}

void rn_rms_norm_backward(float *gradient_x, float *gradient_weight, const float *gradient,
                          const float *x, const float *weight, const float *inverse_rms,
                          ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *g = gradient + t * columns;
    const float *row = x + t * columns;
    const float r = inverse_rms[t];
    double dot = 0;
    for (ptrdiff_t c = 0; c < columns; c++) dot += (double)(g[c] * weight[c] * row[c]);
    const float mean = (float)(dot / (double)columns);
    for (ptrdiff_t c = 0; c < columns; c++) {
      gradient_x[t * columns + c] = g[c] * weight[c] * r - row[c] * r * r * r * mean;
      gradient_weight[c] += g[c] * row[c] * r;
    }
  }
}

static double mean(const float *x, ptrdiff_t columns) {
  double sum = 0;
  for (ptrdiff_t c = 0; c < columns; c++) sum += (double)x[c];
  return sum / (double)columns;
}

void rn_layer_norm_forward(float *out, float *inverse_deviation, const float *x,
                           const float *weight, const float *bias, ptrdiff_t rows,
                           ptrdiff_t columns, float epsilon) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *row = x + t * columns;
    const double middle = mean(row, columns);
    double squares = 0;
    for (ptrdiff_t c = 0; c < columns; c++) {
      const double distance = (double)row[c] - middle;
      squares += distance * distance;
    }
    const float inverse = (float)(1 / sqrt(squares / (double)columns + (double)epsilon));
    for (ptrdiff_t c = 0; c < columns; c++)
      out[t * columns + c] = (row[c] - (float)middle) * inverse * weight[c] + bias[c];
    inverse_deviation[t] = inverse;
  }
}

void rn_layer_norm_backward(float *gradient_x, float *gradient_weight, float *gradient_bias,
                            const float *gradient, const float *x, const float *weight,
                            const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *g = gradient + t * columns;
    const float *row = x + t * columns;
    const float r = inverse_deviation[t];
    const float middle = (float)mean(row, columns);
    double sum = 0, dot = 0;
    for (ptrdiff_t c = 0; c < columns; c++) {
      sum += (double)(g[c] * weight[c]);
      dot += (double)(g[c] * weight[c] * (row[c] - middle) * r);
    }
    const float shift = (float)(sum / (double)columns);
    const float slope = (float)(dot / (double)columns);
    for (ptrdiff_t c = 0; c < columns; c++) {
      const float normalised = (row[c] - middle) * r;
      gradient_x[t * columns + c] = r * (g[c] * weight[c] - shift - normalised * slope);
      gradient_weight[c] += g[c] * normalised;
      gradient_bias[c] += g[c];
    }
  }
}

void rn_rotary(float *x, const float *cosines, const float *sines, const int32_t *positions,
               ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t half) {
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t h = 0; h < heads; h++)
      for (ptrdiff_t i = 0; i < half; i++) {
        float *head = x + (t * heads + h) * 2 * half;
        const float cosine = cosines[positions[t] * half + i];
        const float sine = sines[positions[t] * half + i];
        const float a = head[i];
        const float b = head[half + i];
        head[i] = a * cosine - b * sine;
        head[half + i] = b * cosine + a * sine;
      }
}

#include "include/rn_elementwise.h"

#include <math.h>
#include <string.h>

void rn_add_scaled(float *y, const float *x, ptrdiff_t count, float scale) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += scale * x[i];
}

void rn_multiply(float *y, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] *= x[i];
}

void rn_scale(float *y, ptrdiff_t count, float scale) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] *= scale;
}

void rn_interpolate(float *y, const float *x, ptrdiff_t count, float share) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += share * (x[i] - y[i]);
}

double rn_sum_of_squares(const float *x, ptrdiff_t count) {
  double sum = 0;
  for (ptrdiff_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

int32_t rn_all_finite(const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++)
    if (!isfinite(x[i])) return 0;
  return 1;
}

void rn_adamw(float *parameters, float *first, float *second, const float *gradients,
              ptrdiff_t count, double rate, double beta1, double beta2, double epsilon,
              double decay, ptrdiff_t step) {
  const float correction1 = (float)(1 - pow(beta1, (double)step));
  const float correction2 = (float)(1 - pow(beta2, (double)step));
  for (ptrdiff_t i = 0; i < count; i++) {
    const float g = gradients[i];
    first[i] = (float)beta1 * first[i] + (float)(1 - beta1) * g;
    second[i] = (float)beta2 * second[i] + (float)(1 - beta2) * g * g;
    const float m = first[i] / correction1;
    const float v = second[i] / correction2;
    parameters[i] -= (float)(rate * decay) * parameters[i];
    parameters[i] -= (float)rate * m / (sqrtf(v) + (float)epsilon);
  }
}

void rn_widen_bfloat16(float *out, const uint16_t *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(out + i, &bits, sizeof bits);
  }
}

void rn_widen_float16(float *out, const uint16_t *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const int exponent = x[i] >> 10 & 31;
    const float fraction = (float)(x[i] & 1023);
    const float magnitude = exponent == 0 ? ldexpf(fraction, -24)
                                          : ldexpf(fraction + 1024, exponent - 25);
    out[i] = x[i] >> 15 ? -magnitude : magnitude;
  }
}

void rn_narrow_bfloat16(uint16_t *out, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    const uint32_t rest = bits & 0xFFFF;
    const uint32_t kept = bits >> 16;
    out[i] = (uint16_t)(kept + (rest > 0x8000 || (rest == 0x8000 && kept & 1) ? 1 : 0));
  }
}

void rn_narrow_float16(uint16_t *out, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float magnitude = fabsf(x[i]);
    int exponent;
    frexpf(magnitude, &exponent);
    // Halves of this size are whole multiples of 2^(exponent - 11), the smallest of 2^-24.
    const int unit = exponent - 11 > -24 ? exponent - 11 : -24;
    const uint32_t multiple = (uint32_t)rintf(ldexpf(magnitude, -unit));
    const uint32_t half = multiple < 1024 ? multiple
                                          : ((uint32_t)(unit + 24) << 10) + multiple;
    out[i] = (uint16_t)(half | (x[i] < 0 ? 0x8000u : 0u));
  }
}

void rn_mean_of_rows(float *out, const float *x, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t c = 0; c < columns; c++) {
    double sum = 0;
    for (ptrdiff_t t = 0; t < rows; t++) sum += (double)x[t * columns + c];
    out[c] = (float)(sum / (double)rows);
  }
}

void rn_max_of_rows(float *out, const float *x, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t c = 0; c < columns; c++) {
    float largest = x[c];
    for (ptrdiff_t t = 1; t < rows; t++)
      if (x[t * columns + c] > largest) largest = x[t * columns + c];
    out[c] = largest;
  }
}

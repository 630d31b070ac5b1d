#include "include/rk_rotary.h"

#include "rk_macros.h"

RK_KERNEL void rk_rotary(float *x, ptrdiff_t x_stride, const float *cosines, const float *sines,
                         const int32_t *positions, ptrdiff_t rows, ptrdiff_t heads,
                         ptrdiff_t half, float direction) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *restrict cosine = cosines + positions[t] * half;
    const float *restrict sine = sines + positions[t] * half;
    for (ptrdiff_t h = 0; h < heads; h++) {
      float *restrict first = x + t * x_stride + h * 2 * half;
      float *restrict second = first + half;
      for (ptrdiff_t i = 0; i < half; i++) {
        const float a = first[i];
        const float b = second[i];
        const float s = sine[i] * direction;
        first[i] = a * cosine[i] - b * s;
        second[i] = b * cosine[i] + a * s;
      }
    }
  }
}

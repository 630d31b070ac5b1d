#include "include/rk_pooling.h"

#include "rk_macros.h"

// Columns summed at once.
enum { RK_POOLED = 64 };

RK_KERNEL void rk_mean_of_rows(float *out, const float *x, ptrdiff_t stride, ptrdiff_t rows,
                               ptrdiff_t columns) {
  for (ptrdiff_t start = 0; start < columns; start += RK_POOLED) {
    const ptrdiff_t width = columns - start < RK_POOLED ? columns - start : RK_POOLED;
    double sums[RK_POOLED] = {0};
    for (ptrdiff_t t = 0; t < rows; t++) {
      const float *row = x + t * stride + start;
      for (ptrdiff_t c = 0; c < width; c++) sums[c] += (double)row[c];
    }
    for (ptrdiff_t c = 0; c < width; c++) out[start + c] = (float)(sums[c] / (double)rows);
  }
}

RK_KERNEL void rk_max_of_rows(float *out, const float *x, ptrdiff_t stride, ptrdiff_t rows,
                              ptrdiff_t columns) {
  memcpy(out, x, (size_t)columns * sizeof(float));
  for (ptrdiff_t t = 1; t < rows; t++) {
    const float *row = x + t * stride;
    for (ptrdiff_t c = 0; c < columns; c++) out[c] = row[c] > out[c] ? row[c] : out[c];
  }
}

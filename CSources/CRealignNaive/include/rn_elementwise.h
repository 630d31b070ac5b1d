// Element by element: sums, products, AdamW, 16-bit formats, rows to one.
#ifndef RN_ELEMENTWISE_H
#define RN_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// y[i] += scale * x[i].
void rn_add_scaled(float *y, const float *x, ptrdiff_t count, float scale);

/// y[i] *= x[i].
void rn_multiply(float *y, const float *x, ptrdiff_t count);

/// y[i] *= scale.
void rn_scale(float *y, ptrdiff_t count, float scale);

/// y[i] += share * (x[i] - y[i]).
void rn_interpolate(float *y, const float *x, ptrdiff_t count, float share);

/// The sum of x[i] * x[i].
double rn_sum_of_squares(const float *x, ptrdiff_t count);

/// 1 when every value is finite, else 0.
int32_t rn_all_finite(const float *x, ptrdiff_t count);

/// One update by AdamW (Loshchilov & Hutter 2019, algorithm 2); step counts from 1.
void rn_adamw(float *parameters, float *first, float *second, const float *gradients,
              ptrdiff_t count, double rate, double beta1, double beta2, double epsilon,
              double decay, ptrdiff_t step);

/// out[i] = x[i], a bfloat16.
void rn_widen_bfloat16(float *out, const uint16_t *x, ptrdiff_t count);

/// out[i] = x[i], an IEEE half.
void rn_widen_float16(float *out, const uint16_t *x, ptrdiff_t count);

/// out[i] = the bfloat16 nearest to x[i], ties to even; x finite.
void rn_narrow_bfloat16(uint16_t *out, const float *x, ptrdiff_t count);

/// out[i] = the IEEE half nearest to x[i], ties to even; |x| < 65520.
void rn_narrow_float16(uint16_t *out, const float *x, ptrdiff_t count);

/// out[:] = the mean of the rows of x (T, C).
void rn_mean_of_rows(float *out, const float *x, ptrdiff_t rows, ptrdiff_t columns);

/// out[:] = the largest of each column of x (T, C).
void rn_max_of_rows(float *out, const float *x, ptrdiff_t rows, ptrdiff_t columns);

#pragma clang assume_nonnull end

#endif

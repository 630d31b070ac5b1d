// Element-wise operations on contiguous ranges.
#ifndef RK_ELEMENTWISE_H
#define RK_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// y[i] += scale * x[i].
void rk_add_scaled(float *y, const float *x, ptrdiff_t count, float scale);

/// y[i] *= x[i].
void rk_multiply(float *y, const float *x, ptrdiff_t count);

/// y[i] *= scale.
void rk_scale(float *y, ptrdiff_t count, float scale);

/// y[i] += share * (x[i] - y[i]).
void rk_interpolate(float *y, const float *x, ptrdiff_t count, float share);

/// The sum of x[i] * x[i], in double.
double rk_sum_of_squares(const float *x, ptrdiff_t count);

/// 1 when every value is finite, else 0.
int32_t rk_all_finite(const float *x, ptrdiff_t count);

#pragma clang assume_nonnull end

#endif

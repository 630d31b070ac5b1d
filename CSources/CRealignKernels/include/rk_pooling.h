// Many rows to one.
#ifndef RK_POOLING_H
#define RK_POOLING_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// out[:] = the mean of the rows, summed in double. x: (rows >= 1, columns).
void rk_mean_of_rows(float *out, const float *x, ptrdiff_t stride, ptrdiff_t rows,
                     ptrdiff_t columns);

/// out[:] = the largest of each column. x: (rows >= 1, columns).
void rk_max_of_rows(float *out, const float *x, ptrdiff_t stride, ptrdiff_t rows,
                    ptrdiff_t columns);

#pragma clang assume_nonnull end

#endif

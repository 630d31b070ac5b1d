// Dropout with masks of one bit per element.
#ifndef RK_DROPOUT_H
#define RK_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Bit c % 16 of bits[t, c / 16] = 1 where the draw of element (t, c) is at least `threshold`.
/// Draws are 32 bits, four to a block of Philox 2x64 with ten rounds (Salmon et al. 2011):
/// element (t, c) takes part c % 4 of block first + t * ceil(C / 4) + c / 4.
/// bits: (T, ceil(C / 16)); rows first_row to first_row + rows are written.
void rk_dropout_bits(uint16_t *bits, uint64_t key, uint64_t lane, ptrdiff_t first_row,
                     ptrdiff_t rows, ptrdiff_t columns, uint32_t threshold);

/// y[t,c] = kept ? scale * x[t,c] : 0; bits start at the first of these rows.
void rk_dropout_apply(float *y, ptrdiff_t y_stride, const float *x, ptrdiff_t x_stride,
                      const uint16_t *bits, ptrdiff_t rows, ptrdiff_t columns, float scale);

/// y[t,c] += kept ? scale * x[t,c] : 0.
void rk_dropout_add(float *y, ptrdiff_t y_stride, const float *x, ptrdiff_t x_stride,
                    const uint16_t *bits, ptrdiff_t rows, ptrdiff_t columns, float scale);

#pragma clang assume_nonnull end

#endif

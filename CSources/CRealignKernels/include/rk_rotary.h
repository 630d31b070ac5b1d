// Rotary position embedding (Su et al. 2021, section 3.2.2), first half rotated with second half.
#ifndef RK_ROTARY_H
#define RK_ROTARY_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Rotates each head of each row in place by the angles of its position.
/// x: (T, H * D), D = 2 * half; cosines, sines: (positions, half); direction: +1 forward,
/// -1 backward (the inverse rotation is the transpose).
void rk_rotary(float *x, ptrdiff_t x_stride, const float *cosines, const float *sines,
               const int32_t *positions, ptrdiff_t rows, ptrdiff_t heads, ptrdiff_t half,
               float direction);

#pragma clang assume_nonnull end

#endif

// Dropout whose mask is one bit for each element.
#ifndef RK_DROPOUT_H
#define RK_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Numbers of 64 bits that the mask of 32 elements takes from a stream.
#define RK_DROPOUT_DRAWS 8

/// Draws a mask of 32 elements for each of `words`, element j of a word in bit j: set, which keeps
/// the element, where a number of 32 bits is at least `threshold`.
///
/// The numbers are the halves, low before high, of both outputs of Philox 2x64 with ten rounds
/// (Salmon and others 2011, section 4) at (counter, lane), (counter + 1, lane) and so on under the
/// key; `words` may be of any type of four bytes.
void rk_dropout_draw(void *words, ptrdiff_t count, uint64_t counter, uint64_t lane, uint64_t key,
                     uint32_t threshold);

/// y[i] = x[i] * scale where bit i is set, else 0.
void rk_dropout_apply(float *y, const float *x, const void *words, ptrdiff_t count, float scale);

/// y[i] += x[i] * scale where bit i is set.
void rk_dropout_add(float *y, const float *x, const void *words, ptrdiff_t count, float scale);

#pragma clang assume_nonnull end

#endif

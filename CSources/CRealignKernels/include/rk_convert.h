// Widening of 16-bit floating-point formats.
#ifndef RK_CONVERT_H
#define RK_CONVERT_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// out[i] = the bfloat16 stored little-endian at bytes[2i]. No alignment needed.
void rk_widen_bfloat16(float *out, const void *bytes, ptrdiff_t count);

/// out[i] = the IEEE half stored little-endian at bytes[2i]. No alignment needed.
void rk_widen_float16(float *out, const void *bytes, ptrdiff_t count);

#pragma clang assume_nonnull end

#endif

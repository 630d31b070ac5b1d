// Between single precision and the 16-bit floating-point formats.
#ifndef RK_CONVERT_H
#define RK_CONVERT_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// How an element is stored.
enum { RK_FLOAT32 = 0, RK_BFLOAT16 = 1, RK_FLOAT16 = 2 };

/// out[i] = the bfloat16 stored little-endian at bytes[2i]. No alignment needed.
void rk_widen_bfloat16(float *out, const void *bytes, ptrdiff_t count);

/// out[i] = the IEEE half stored little-endian at bytes[2i]. No alignment needed.
void rk_widen_float16(float *out, const void *bytes, ptrdiff_t count);

/// out (rows, columns) = x (rows, columns) of RK_BFLOAT16 or RK_FLOAT16.
void rk_widen_rows(float *out, ptrdiff_t out_stride, const uint16_t *x, ptrdiff_t x_stride,
                   ptrdiff_t rows, ptrdiff_t columns, int32_t type);

/// bytes[2i] = the bfloat16 nearest to x[i], ties to even, little-endian. No alignment needed.
void rk_narrow_bfloat16(void *bytes, const float *x, ptrdiff_t count);

/// bytes[2i] = the IEEE half nearest to x[i], ties to even, little-endian; infinity from 65520 on.
/// No alignment needed.
void rk_narrow_float16(void *bytes, const float *x, ptrdiff_t count);

#pragma clang assume_nonnull end

#endif

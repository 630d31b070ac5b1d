// Single-precision matrix products for processors with 512-bit vectors.
//
// OpenBLAS chooses its kernels by processor name or environment variable and may fall back to
// narrower ones; these depend on the instruction set alone. The scheme is that of Goto & van de
// Geijn 2008: the right operand is packed into panels that stay in cache while tiles of the result
// are held in registers. Dividing the work among threads is the caller's.
#ifndef RK_GEMM_H
#define RK_GEMM_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Columns of the result per packed panel of the right operand.
enum { RK_GEMM_PANEL = 32 };

/// Rows of the result per packed strip of a transposed left operand.
enum { RK_GEMM_STRIP = 8 };

/// 1 when the functions below may be called on this processor.
int32_t rk_gemm_is_available(void);

/// packed[panel][k][0..31] = op(b)[k, 32 panel + 0..31], zeros past `columns`.
/// b: (inner, columns), or (columns, inner) when transposed.
void rk_gemm_pack_right(float *packed, const float *b, ptrdiff_t b_stride, int32_t transposed,
                        ptrdiff_t inner, ptrdiff_t columns);

/// packed[strip][k][0..7] = a[k, 8 strip + 0..7], zeros past `rows`; a: (inner, rows), the
/// transposed left operand.
void rk_gemm_pack_left(float *packed, const float *a, ptrdiff_t a_stride, ptrdiff_t inner,
                       ptrdiff_t rows);

/// c (rows, columns) = alpha * a * b (+ c when accumulate).
/// a: (rows, inner) with element (i, k) at a[i / 8 * strip_stride + i % 8 * row_stride +
/// k * inner_stride]; b packed by rk_gemm_pack_right, panels panel_stride apart.
void rk_gemm_multiply(float *c, ptrdiff_t c_stride, const float *a, ptrdiff_t strip_stride,
                      ptrdiff_t row_stride, ptrdiff_t inner_stride, const float *packed_b,
                      ptrdiff_t panel_stride, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                      float alpha, int32_t accumulate);

#pragma clang assume_nonnull end

#endif

// Products of few rows with a large matrix that is read once and never copied: a step of
// generation.
#ifndef RK_GEMM_FEW_H
#define RK_GEMM_FEW_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Most rows rk_gemm_few_rows takes.
enum { RK_GEMM_FEW = 64 };

/// Floats that rk_gemm_pack_few writes.
ptrdiff_t rk_gemm_few_count(ptrdiff_t rows, ptrdiff_t inner, int32_t type);

/// packed = a (rows, inner), element k of all rows side by side, as rk_gemm_few_rows reads it for a
/// right operand of the given type.
void rk_gemm_pack_few(float *packed, const float *a, ptrdiff_t a_stride, ptrdiff_t rows,
                      ptrdiff_t inner, int32_t type);

/// c (rows, columns) = alpha * a * bᵀ (+ c when accumulate) for at most RK_GEMM_FEW rows.
/// a: packed by rk_gemm_pack_few; b: (columns, inner) of RK_FLOAT32, RK_BFLOAT16 or RK_FLOAT16.
///
/// The bits are those of rk_gemm_multiply called for each `chunk` of products in turn, with b
/// widened.
void rk_gemm_few_rows(float *c, ptrdiff_t c_stride, const float *packed_a, const void *b,
                      ptrdiff_t b_stride, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner,
                      ptrdiff_t chunk, float alpha, int32_t accumulate, int32_t type);

#pragma clang assume_nonnull end

#endif

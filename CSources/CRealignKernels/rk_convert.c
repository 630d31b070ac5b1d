#include "include/rk_convert.h"

#include "rk_macros.h"

RK_INLINE uint32_t rk_load16(const unsigned char *bytes, ptrdiff_t index) {
  uint16_t value;
  memcpy(&value, bytes + 2 * index, sizeof value);
  return value;
}

RK_INLINE void rk_store16(unsigned char *bytes, ptrdiff_t index, uint32_t bits) {
  const uint16_t value = (uint16_t)bits;
  memcpy(bytes + 2 * index, &value, sizeof value);
}

RK_INLINE uint32_t rk_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

RK_INLINE float rk_value(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

RK_INLINE void rk_bfloat16_row(float *out, const unsigned char *source, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = rk_value(rk_load16(source, i) << 16);
}

RK_INLINE void rk_float16_row(float *out, const unsigned char *source, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t half = rk_load16(source, i);
    // Moves the exponent bias from 15 to 127; exact for subnormals too.
    const uint32_t magnitude = rk_bits(rk_value((half & 0x7FFF) << 13) * 0x1p112f);
    const uint32_t special = (half & 0x7C00) == 0x7C00 ? 0x7F800000u : 0u;  // infinity and NaN
    out[i] = rk_value(magnitude | special | (half & 0x8000) << 16);
  }
}

RK_KERNEL void rk_widen_bfloat16(float *out, const void *bytes, ptrdiff_t count) {
  rk_bfloat16_row(out, bytes, count);
}

RK_KERNEL void rk_widen_float16(float *out, const void *bytes, ptrdiff_t count) {
  rk_float16_row(out, bytes, count);
}

RK_KERNEL void rk_widen_rows(float *out, ptrdiff_t out_stride, const uint16_t *x,
                             ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t columns,
                             int32_t type) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const unsigned char *source = (const unsigned char *)(x + r * x_stride);
    if (type == RK_BFLOAT16)
      rk_bfloat16_row(out + r * out_stride, source, columns);
    else
      rk_float16_row(out + r * out_stride, source, columns);
  }
}

RK_KERNEL void rk_narrow_bfloat16(void *bytes, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t bits = rk_bits(x[i]);
    const uint32_t nearest = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    const int32_t is_nan = (bits & 0x7FFFFFFF) > 0x7F800000;
    rk_store16(bytes, i, is_nan ? bits >> 16 | 0x40 : nearest);
  }
}

// IEEE 754-2019, section 4.3.1.
RK_KERNEL void rk_narrow_float16(void *bytes, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t bits = rk_bits(x[i]);
    const uint32_t magnitude = bits & 0x7FFFFFFF;
    // Below 2^-14 halves are the multiples of 2^-24, the spacing of singles from 0.5 on.
    const uint32_t subnormal = rk_bits(rk_value(magnitude) + 0.5f) - 0x3F000000;
    const uint32_t normal = (magnitude + 0xFFF + ((magnitude >> 13) & 1) - 0x38000000) >> 13;
    uint32_t half = magnitude < 0x38800000 ? subnormal : normal;
    half = magnitude >= 0x477FF000 ? 0x7C00 : half;  // 65520, midway to what would be 65536
    half = magnitude > 0x7F800000 ? 0x7E00 : half;
    rk_store16(bytes, i, half | ((bits >> 16) & 0x8000));
  }
}

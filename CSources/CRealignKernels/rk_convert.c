#include "include/rk_convert.h"

#include "rk_macros.h"

RK_INLINE uint32_t rk_load16(const unsigned char *bytes, ptrdiff_t index) {
  uint16_t value;
  memcpy(&value, bytes + 2 * index, sizeof value);
  return value;
}

RK_KERNEL void rk_widen_bfloat16(float *out, const void *bytes, ptrdiff_t count) {
  const unsigned char *source = bytes;
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t bits = rk_load16(source, i) << 16;
    memcpy(out + i, &bits, sizeof bits);
  }
}

RK_KERNEL void rk_widen_float16(float *out, const void *bytes, ptrdiff_t count) {
  const unsigned char *source = bytes;
  for (ptrdiff_t i = 0; i < count; i++) {
    const uint32_t half = rk_load16(source, i);
    const uint32_t magnitude_bits = (half & 0x7FFF) << 13;
    float magnitude;
    memcpy(&magnitude, &magnitude_bits, sizeof magnitude);
    magnitude *= 0x1p112f;  // moves the exponent bias from 15 to 127; exact for subnormals too
    uint32_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    const uint32_t special = (half & 0x7C00) == 0x7C00 ? 0x7F800000u : 0u;  // infinity and NaN
    bits |= special | (half & 0x8000) << 16;
    memcpy(out + i, &bits, sizeof bits);
  }
}

// Exponentials that vectorise: no calls, no branches, no tables.
#ifndef RK_EXP_H
#define RK_EXP_H

#include "rk_macros.h"

// e^x to about one unit in the last place; 0 below -87.33, infinity above 88.72, NaN for NaN.
//
// x = n ln 2 + r with |r| <= ln 2 / 2 (ln 2 split in two, Cody & Waite 1980), then a minimax
// polynomial 1 + r + r^2 q(r) of degree 6 (relative error 3e-9) scaled by 2^n.
RK_INLINE float rk_expf(float x) {
  RK_CONTRACT
  const float round_shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  float y = x < -87.33654f ? -87.33654f : x;
  y = y > 88.72283f ? 88.72283f : y;
  const float shifted = y * 1.44269504f + round_shift;
  const float n = shifted - round_shift;
  float r = y - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float q = 0.00138145406f;
  q = q * r + 0.00836874545f;
  q = q * r + 0.0416683890f;
  q = q * r + 0.166665211f;
  q = q * r + 0.49999994f;
  const float p = q * (r * r) + r + 1.0f;
  // 2^n in two factors, since n may be 128.
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  const int32_t exponent = bits - 0x4B400000;
  const int32_t low = exponent >> 1;
  const int32_t low_bits = (low + 127) << 23;
  const int32_t high_bits = (exponent - low + 127) << 23;
  float low_scale, high_scale;
  memcpy(&low_scale, &low_bits, sizeof low_scale);
  memcpy(&high_scale, &high_bits, sizeof high_scale);
  float result = p * low_scale * high_scale;
  result = x < -87.33654f ? 0.0f : result;
  return x > 88.72283f ? __builtin_inff() : result;
}

// e^x for x <= 0, the only case a softmax needs; 0 below -87.33.
RK_INLINE float rk_expf_nonpositive(float x) {
  RK_CONTRACT
  const float round_shift = 12582912.0f;
  const float y = x < -87.0f ? -87.0f : x;
  const float shifted = y * 1.44269504f + round_shift;
  const float n = shifted - round_shift;
  float r = y - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float q = 0.00138145406f;
  q = q * r + 0.00836874545f;
  q = q * r + 0.0416683890f;
  q = q * r + 0.166665211f;
  q = q * r + 0.49999994f;
  const float p = q * (r * r) + r + 1.0f;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  const int32_t scale_bits = (int32_t)((uint32_t)(bits - 0x4B400000 + 127) << 23);
  float scale;
  memcpy(&scale, &scale_bits, sizeof scale);
  return x < -87.0f ? 0.0f : p * scale;
}

// e^x in double for x <= 0, to about one unit in the last place; 0 below -708.
//
// Same reduction; the Taylor polynomial of degree 13 leaves 4e-18 at |r| = ln 2 / 2.
RK_INLINE double rk_exp_nonpositive(double x) {
  RK_CONTRACT
  const double round_shift = 6755399441055744.0;  // 1.5 * 2^52
  const double y = x < -708.0 ? -708.0 : x;
  const double shifted = y * 1.4426950408889634 + round_shift;
  const double n = shifted - round_shift;
  double r = y - n * 0.693145751953125;
  r = r - n * 1.4286068203094172e-6;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * (r * r) + r + 1.0;
  int64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  const int64_t scale_bits = (int64_t)((uint64_t)(bits - 0x4338000000000000LL + 1023) << 52);
  double scale;
  memcpy(&scale, &scale_bits, sizeof scale);
  return x < -708.0 ? 0.0 : p * scale;
}

#endif

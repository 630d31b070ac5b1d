#include "include/rk_dropout.h"

#include "rk_macros.h"

// Both outputs of Philox 2x64-10.
RK_INLINE void philox(uint64_t out[2], uint64_t left, uint64_t right, uint64_t key) {
  for (int round = 0; round < 10; round++) {
    unsigned __int128 product = (unsigned __int128)left * 0xD2B74407B1CE6E93u;
    left = (uint64_t)(product >> 64) ^ key ^ right;
    right = (uint64_t)product;
    key += 0x9E3779B97F4A7C15u;
  }
  out[0] = left;
  out[1] = right;
}

void rk_dropout_draw(void *words, ptrdiff_t count, uint64_t counter, uint64_t lane, uint64_t key,
                     uint32_t threshold) {
  for (ptrdiff_t i = 0; i < count; i++) {
    uint64_t draws[2 * RK_DROPOUT_DRAWS];
    for (int j = 0; j < RK_DROPOUT_DRAWS; j++) {
      philox(draws + 2 * j, counter + RK_DROPOUT_DRAWS * (uint64_t)i + (uint64_t)j, lane, key);
    }
    uint32_t word = 0;
    for (int j = 0; j < 2 * RK_DROPOUT_DRAWS; j++) {
      word |= (uint32_t)((uint32_t)draws[j] >= threshold) << (2 * j);
      word |= (uint32_t)((uint32_t)(draws[j] >> 32) >= threshold) << (2 * j + 1);
    }
    memcpy((char *)words + 4 * i, &word, 4);
  }
}

RK_INLINE uint32_t word_at(const void *words, ptrdiff_t element) {
  uint32_t word;
  memcpy(&word, (const char *)words + element / 32 * 4, 4);
  return word;
}

RK_INLINE float kept(float x, uint32_t word, ptrdiff_t bit, float scale) {
  return word >> bit & 1 ? x * scale : 0;
}

RK_KERNEL void rk_dropout_apply(float *y, const float *x, const void *words, ptrdiff_t count,
                                float scale) {
  ptrdiff_t i = 0;
  for (; i + 32 <= count; i += 32) {
    uint32_t word = word_at(words, i);
    for (ptrdiff_t j = 0; j < 32; j++) y[i + j] = kept(x[i + j], word, j, scale);
  }
  for (; i < count; i++) y[i] = kept(x[i], word_at(words, i), i % 32, scale);
}

RK_KERNEL void rk_dropout_add(float *y, const float *x, const void *words, ptrdiff_t count,
                              float scale) {
  ptrdiff_t i = 0;
  for (; i + 32 <= count; i += 32) {
    uint32_t word = word_at(words, i);
    for (ptrdiff_t j = 0; j < 32; j++) y[i + j] += kept(x[i + j], word, j, scale);
  }
  for (; i < count; i++) y[i] += kept(x[i], word_at(words, i), i % 32, scale);
}

#include "include/rk_dropout.h"

#include "rk_macros.h"

#define RK_GROUP 16

typedef struct {
  uint64_t left, right;
} rk_block;

// One block of Philox 2x64.
RK_INLINE rk_block rk_philox(uint64_t counter, uint64_t lane, uint64_t key) {
  uint64_t left = counter, right = lane;
  for (int round = 0; round < 10; round++) {
    const unsigned __int128 product = (unsigned __int128)left * 0xD2B74407B1CE6E93u;
    left = (uint64_t)(product >> 64) ^ key ^ right;
    right = (uint64_t)product;
    key += 0x9E3779B97F4A7C15u;
  }
  return (rk_block){left, right};
}

void rk_dropout_bits(uint16_t *bits, uint64_t key, uint64_t lane, ptrdiff_t first_row,
                     ptrdiff_t rows, ptrdiff_t columns, uint32_t threshold) {
  const ptrdiff_t groups = (columns + RK_GROUP - 1) / RK_GROUP;
  const uint64_t blocks = (uint64_t)(columns + 3) / 4;
  for (ptrdiff_t t = first_row; t < first_row + rows; t++)
    for (ptrdiff_t g = 0; g < groups; g++) {
      const uint64_t first = (uint64_t)t * blocks + 4 * (uint64_t)g;
      uint32_t word = 0;
      for (uint32_t i = 0; i < 4; i++) {
        const rk_block block = rk_philox(first + i, lane, key);
        word |= ((uint32_t)block.left >= threshold ? 1u : 0u) << (4 * i);
        word |= ((uint32_t)(block.left >> 32) >= threshold ? 2u : 0u) << (4 * i);
        word |= ((uint32_t)block.right >= threshold ? 4u : 0u) << (4 * i);
        word |= ((uint32_t)(block.right >> 32) >= threshold ? 8u : 0u) << (4 * i);
      }
      bits[t * groups + g] = (uint16_t)word;
    }
}

RK_KERNEL void rk_dropout_apply(float *y, ptrdiff_t y_stride, const float *x, ptrdiff_t x_stride,
                                const uint16_t *bits, ptrdiff_t rows, ptrdiff_t columns,
                                float scale) {
  const ptrdiff_t groups = (columns + RK_GROUP - 1) / RK_GROUP;
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t g = 0; g < groups; g++) {
      const uint32_t word = bits[t * groups + g];
      float *to = y + t * y_stride + RK_GROUP * g;
      const float *from = x + t * x_stride + RK_GROUP * g;
      if (columns - RK_GROUP * g >= RK_GROUP) {
        for (uint32_t i = 0; i < RK_GROUP; i++)
          to[i] = word >> i & 1 ? scale * from[i] : 0;
      } else {
        for (ptrdiff_t i = 0; i < columns - RK_GROUP * g; i++)
          to[i] = word >> i & 1 ? scale * from[i] : 0;
      }
    }
}

RK_KERNEL void rk_dropout_add(float *y, ptrdiff_t y_stride, const float *x, ptrdiff_t x_stride,
                              const uint16_t *bits, ptrdiff_t rows, ptrdiff_t columns,
                              float scale) {
  RK_CONTRACT
  const ptrdiff_t groups = (columns + RK_GROUP - 1) / RK_GROUP;
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t g = 0; g < groups; g++) {
      const uint32_t word = bits[t * groups + g];
      float *to = y + t * y_stride + RK_GROUP * g;
      const float *from = x + t * x_stride + RK_GROUP * g;
      if (columns - RK_GROUP * g >= RK_GROUP) {
        for (uint32_t i = 0; i < RK_GROUP; i++)
          to[i] += word >> i & 1 ? scale * from[i] : 0;
      } else {
        for (ptrdiff_t i = 0; i < columns - RK_GROUP * g; i++)
          to[i] += word >> i & 1 ? scale * from[i] : 0;
      }
    }
}

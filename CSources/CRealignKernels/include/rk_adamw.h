// AdamW (Loshchilov & Hutter 2019, algorithm 2).
#ifndef RK_ADAMW_H
#define RK_ADAMW_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// The constants of one step, computed by the caller in double.
typedef struct {
  float keep;               ///< 1 - learning rate * weight decay; 1 where nothing decays
  float step_size;          ///< learning rate / (1 - beta1^t)
  float beta1;
  float one_minus_beta1;
  float beta2;
  float one_minus_beta2;
  float inverse_root;       ///< 1 / sqrt(1 - beta2^t)
  float epsilon;            ///< outside the root, after bias correction
  float gradient_scale;     ///< factor on each gradient, such as the clipping factor
} rk_adamw_step;

/// parameters, first, second (n): updated in place; gradients (n).
void rk_adamw(float *parameters, float *first, float *second, const float *gradients,
              ptrdiff_t count, rk_adamw_step step);

#pragma clang assume_nonnull end

#endif

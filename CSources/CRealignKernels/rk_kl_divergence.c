#include "include/rk_kl_divergence.h"

#include <math.h>

#include "rk_exp.h"
#include "rk_reduce.h"

RK_KERNEL void rk_kl_divergence(double *divergence, double *log_normalizers, const float *policy,
                                ptrdiff_t policy_stride, const float *reference,
                                ptrdiff_t reference_stride, ptrdiff_t rows,
                                ptrdiff_t vocabulary) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *x = policy + t * policy_stride;
    const float *y = reference + t * reference_stride;
    const double x_max = (double)rk_row_max(x, vocabulary);
    const double y_max = (double)rk_row_max(y, vocabulary);
    // sum_v p_v (log p_v - log q_v) = sum_v p_v (x_v - y_v) - log Z_x + log Z_y, with x and y
    // counted from their maxima, so that one pass is enough.
    double x_total = 0, y_total = 0, weighted = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const double x_shifted = (double)x[v] - x_max;
      const double y_shifted = (double)y[v] - y_max;
      const double e = rk_exp_nonpositive(x_shifted);
      x_total += e;
      y_total += rk_exp_nonpositive(y_shifted);
      weighted += e * (x_shifted - y_shifted);
    }
    const double x_log = log(x_total), y_log = log(y_total);
    divergence[t] = weighted / x_total - x_log + y_log;
    log_normalizers[2 * t] = x_max + x_log;
    log_normalizers[2 * t + 1] = y_max + y_log;
  }
}

RK_KERNEL void rk_kl_divergence_gradient(float *policy, ptrdiff_t policy_stride,
                                         const float *reference, ptrdiff_t reference_stride,
                                         const double *divergence, const double *log_normalizers,
                                         const float *coefficients, ptrdiff_t rows,
                                         ptrdiff_t vocabulary) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict x = policy + t * policy_stride;
    const float *restrict y = reference + t * reference_stride;
    const double x_log = log_normalizers[2 * t];
    const double offset = log_normalizers[2 * t + 1] - x_log - divergence[t];
    const double coefficient = (double)coefficients[t];
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const double log_p = (double)x[v] - x_log;
      const double p = rk_exp_nonpositive(log_p < 0 ? log_p : 0);
      x[v] = (float)(coefficient * p * (((double)x[v] - (double)y[v]) + offset));
    }
  }
}

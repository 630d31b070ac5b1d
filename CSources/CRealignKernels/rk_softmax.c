#include "include/rk_softmax.h"

#include <math.h>

#include "rk_exp.h"
#include "rk_reduce.h"

// Terms summed in float before they join a double sum.
enum { RK_BLOCK = 512 };

RK_INLINE ptrdiff_t rk_block_end(ptrdiff_t start, ptrdiff_t count) {
  return start + RK_BLOCK < count ? start + RK_BLOCK : count;
}

// The first index of the largest value.
RK_INLINE ptrdiff_t rk_row_argmax(const float *x, ptrdiff_t count) {
  ptrdiff_t best_start = 0;
  float best = x[0];
  for (ptrdiff_t start = 0; start < count; start += RK_BLOCK) {
    const float block = rk_row_max(x + start, rk_block_end(start, count) - start);
    if (block > best) {
      best = block;
      best_start = start;
    }
  }
  const ptrdiff_t end = rk_block_end(best_start, count);
  for (ptrdiff_t i = best_start; i < end; i++)
    if (x[i] == best) return i;
  return best_start;
}

RK_KERNEL void rk_softmax_statistics(rk_row_statistics *statistics, const float *logits,
                                     ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t vocabulary) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *row = logits + t * stride;
    const ptrdiff_t argmax = rk_row_argmax(row, vocabulary);
    const float largest = row[argmax];
    double total = 0, weighted = 0, shifted_sum = 0;
    for (ptrdiff_t start = 0; start < vocabulary; start += RK_BLOCK) {
      const ptrdiff_t end = rk_block_end(start, vocabulary);
      float block_total = 0, block_weighted = 0, block_shifted = 0;
      for (ptrdiff_t v = start; v < end; v++) {
        const float shifted = row[v] - largest;
        const float e = rk_expf_nonpositive(shifted);
        block_total += e;
        block_weighted += e * shifted;
        block_shifted += shifted;
      }
      total += (double)block_total;
      weighted += (double)block_weighted;
      shifted_sum += (double)block_shifted;
    }
    const double log_total = log(total);
    statistics[t].log_sum_exp = (double)largest + log_total;
    statistics[t].entropy = log_total - weighted / total;
    statistics[t].mean_logit = (double)largest + shifted_sum / (double)vocabulary;
    statistics[t].argmax = argmax;
  }
}

RK_KERNEL void rk_softmax_log_collision(double *log_collision, const float *logits,
                                        ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t vocabulary) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *row = logits + t * stride;
    const float largest = rk_row_max(row, vocabulary);
    double total = 0, squares = 0;
    for (ptrdiff_t start = 0; start < vocabulary; start += RK_BLOCK) {
      const ptrdiff_t end = rk_block_end(start, vocabulary);
      float block_total = 0, block_squares = 0;
      for (ptrdiff_t v = start; v < end; v++) {
        const float e = rk_expf_nonpositive(row[v] - largest);
        block_total += e;
        block_squares += e * e;
      }
      total += (double)block_total;
      squares += (double)block_squares;
    }
    log_collision[t] = log(squares) - 2 * log(total);
  }
}

RK_KERNEL void rk_softmax_logits_gradient(float *logits, ptrdiff_t stride, const int32_t *targets,
                                          const float *log_sum_exp, const float *coefficients,
                                          ptrdiff_t rows, ptrdiff_t vocabulary) {
  RK_CONTRACT
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict row = logits + t * stride;
    const float coefficient = coefficients[t];
    const float shift = log_sum_exp[t];
    if (coefficient == 0) {
      memset(row, 0, (size_t)vocabulary * sizeof(float));
      continue;
    }
    for (ptrdiff_t v = 0; v < vocabulary; v++)
      row[v] = -coefficient * rk_expf_nonpositive(row[v] - shift);
    if (targets[t] >= 0) row[targets[t]] += coefficient;
  }
}

RK_KERNEL void rk_softmax_probabilities(float *logits, ptrdiff_t stride, ptrdiff_t rows,
                                        ptrdiff_t vocabulary, float inverse_temperature) {
  RK_REASSOCIATE
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *restrict row = logits + t * stride;
    const float largest = rk_row_max(row, vocabulary);
    double total = 0;
    for (ptrdiff_t start = 0; start < vocabulary; start += RK_BLOCK) {
      const ptrdiff_t end = rk_block_end(start, vocabulary);
      float block_total = 0;
      for (ptrdiff_t v = start; v < end; v++) {
        row[v] = rk_expf_nonpositive((row[v] - largest) * inverse_temperature);
        block_total += row[v];
      }
      total += (double)block_total;
    }
    const float inverse = (float)(1.0 / total);
    for (ptrdiff_t v = 0; v < vocabulary; v++) row[v] *= inverse;
  }
}

RK_KERNEL void rk_softmax_weights(double *restrict weights, const float *restrict logits,
                                  ptrdiff_t vocabulary, double temperature) {
  const double largest = (double)rk_row_max(logits, vocabulary);
  for (ptrdiff_t v = 0; v < vocabulary; v++)
    weights[v] = rk_exp_nonpositive(((double)logits[v] - largest) / temperature);
}

#include "include/rn_softmax.h"

#include <math.h>

static ptrdiff_t argmax(const float *x, ptrdiff_t count) {
  ptrdiff_t best = 0;
  for (ptrdiff_t i = 1; i < count; i++)
    if (x[i] > x[best]) best = i;
  return best;
}

static double log_sum_exp(const float *x, ptrdiff_t count) {
  const float largest = x[argmax(x, count)];
  double sum = 0;
  for (ptrdiff_t i = 0; i < count; i++) sum += (double)expf(x[i] - largest);
  return (double)largest + log(sum);
}

// With exponentials in double, as a divergence near 0 needs.
static double exact_log_sum_exp(const float *x, ptrdiff_t count) {
  const double largest = (double)x[argmax(x, count)];
  double sum = 0;
  for (ptrdiff_t i = 0; i < count; i++) sum += exp((double)x[i] - largest);
  return largest + log(sum);
}

void rn_softmax_statistics(double *statistics, const float *logits, ptrdiff_t rows,
                           ptrdiff_t vocabulary) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *row = logits + t * vocabulary;
    const double total = log_sum_exp(row, vocabulary);
    double entropy = 0, sum = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const float log_p = (float)((double)row[v] - total);
      entropy -= (double)(expf(log_p) * log_p);
      sum += (double)row[v];
    }
    statistics[4 * t] = total;
    statistics[4 * t + 1] = entropy;
    statistics[4 * t + 2] = sum / (double)vocabulary;
    statistics[4 * t + 3] = (double)argmax(row, vocabulary);
  }
}

void rn_softmax_log_collision(double *log_collision, const float *logits, ptrdiff_t rows,
                              ptrdiff_t vocabulary) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *row = logits + t * vocabulary;
    const float largest = row[argmax(row, vocabulary)];
    double total = 0, squares = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const float e = expf(row[v] - largest);
      total += (double)e;
      squares += (double)(e * e);
    }
    log_collision[t] = log(squares) - 2 * log(total);
  }
}

void rn_softmax_logits_gradient(float *logits, const int32_t *targets, const float *log_sum_exp,
                                const float *coefficients, ptrdiff_t rows, ptrdiff_t vocabulary) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *row = logits + t * vocabulary;
    for (ptrdiff_t v = 0; v < vocabulary; v++)
      row[v] = coefficients[t] * ((v == targets[t] ? 1 : 0) - expf(row[v] - log_sum_exp[t]));
  }
}

void rn_softmax_probabilities(float *logits, ptrdiff_t rows, ptrdiff_t vocabulary) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *row = logits + t * vocabulary;
    const float largest = row[argmax(row, vocabulary)];
    double sum = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      row[v] = expf(row[v] - largest);
      sum += (double)row[v];
    }
    for (ptrdiff_t v = 0; v < vocabulary; v++) row[v] /= (float)sum;
  }
}

void rn_kl_divergence(double *divergence, const float *policy, const float *reference,
                      ptrdiff_t rows, ptrdiff_t vocabulary) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    const float *x = policy + t * vocabulary;
    const float *y = reference + t * vocabulary;
    const double x_total = exact_log_sum_exp(x, vocabulary);
    const double y_total = exact_log_sum_exp(y, vocabulary);
    double sum = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const double log_p = (double)x[v] - x_total;
      sum += exp(log_p) * (log_p - ((double)y[v] - y_total));
    }
    divergence[t] = sum;
  }
}

void rn_kl_gradient(double *divergence, float *policy, const float *reference,
                    const float *coefficients, ptrdiff_t rows, ptrdiff_t vocabulary) {
  rn_kl_divergence(divergence, policy, reference, rows, vocabulary);
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *x = policy + t * vocabulary;
    const float *y = reference + t * vocabulary;
    const double x_total = exact_log_sum_exp(x, vocabulary);
    const double y_total = exact_log_sum_exp(y, vocabulary);
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const double log_p = (double)x[v] - x_total;
      const double log_q = (double)y[v] - y_total;
      x[v] = (float)((double)coefficients[t] * exp(log_p) * (log_p - log_q - divergence[t]));
    }
  }
}

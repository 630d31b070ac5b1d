#include "include/rn_attention.h"

#include <math.h>
#include <string.h>

static float dot(const float *a, const float *b, ptrdiff_t count) {
  float sum = 0;
  for (ptrdiff_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

// One head of one query over the first `seen` keys, rows `stride` apart; returns log sum exp.
static float attend(float *out, float *scores, const float *query, const float *keys,
                    const float *values, ptrdiff_t stride, ptrdiff_t seen, ptrdiff_t width) {
  const float scale = 1 / sqrtf((float)width);
  float largest = -INFINITY;
  for (ptrdiff_t s = 0; s < seen; s++) {
    scores[s] = scale * dot(query, keys + s * stride, width);
    if (scores[s] > largest) largest = scores[s];
  }
  float sum = 0;
  for (ptrdiff_t s = 0; s < seen; s++) {
    scores[s] = expf(scores[s] - largest);
    sum += scores[s];
  }
  memset(out, 0, (size_t)width * sizeof(float));
  for (ptrdiff_t s = 0; s < seen; s++)
    for (ptrdiff_t c = 0; c < width; c++) out[c] += scores[s] / sum * values[s * stride + c];
  return largest + logf(sum);
}

void rn_attention_forward(float *out, float *log_sum_exp, float *scratch, const float *query,
                          const float *key, const float *value, rn_attention_shape shape) {
  const ptrdiff_t width = shape.width, stride = shape.shared * width;
  for (ptrdiff_t t = 0; t < shape.rows; t++)
    for (ptrdiff_t h = 0; h < shape.heads; h++) {
      const ptrdiff_t left = h / (shape.heads / shape.shared) * width;
      const ptrdiff_t place = (t * shape.heads + h) * width;
      log_sum_exp[t * shape.heads + h] = attend(out + place, scratch, query + place, key + left,
                                                value + left, stride, t + 1, width);
    }
}

void rn_attention_decode(float *out, float *scratch, const float *query, const float *keys,
                         const float *values, rn_attention_shape shape) {
  for (ptrdiff_t h = 0; h < shape.heads; h++) {
    const ptrdiff_t left = h / (shape.heads / shape.shared) * shape.width;
    attend(out + h * shape.width, scratch, query + h * shape.width, keys + left, values + left,
           shape.shared * shape.width, shape.rows, shape.width);
  }
}

void rn_attention_backward(float *gradient_query, float *gradient_key, float *gradient_value,
                           const float *gradient, const float *query, const float *key,
                           const float *value, const float *out, const float *log_sum_exp,
                           rn_attention_shape shape) {
  const ptrdiff_t width = shape.width, stride = shape.shared * width;
  const float scale = 1 / sqrtf((float)width);
  memset(gradient_key, 0, (size_t)(shape.rows * stride) * sizeof(float));
  memset(gradient_value, 0, (size_t)(shape.rows * stride) * sizeof(float));
  memset(gradient_query, 0, (size_t)(shape.rows * shape.heads * width) * sizeof(float));
  for (ptrdiff_t t = 0; t < shape.rows; t++)
    for (ptrdiff_t h = 0; h < shape.heads; h++) {
      const ptrdiff_t left = h / (shape.heads / shape.shared) * width;
      const ptrdiff_t place = (t * shape.heads + h) * width;
      const float *g = gradient + place;
      const float delta = dot(g, out + place, width);
      for (ptrdiff_t s = 0; s <= t; s++) {
        const ptrdiff_t there = s * stride + left;
        const float score = scale * dot(query + place, key + there, width);
        const float p = expf(score - log_sum_exp[t * shape.heads + h]);
        const float slope = scale * p * (dot(g, value + there, width) - delta);
        for (ptrdiff_t c = 0; c < width; c++) {
          gradient_value[there + c] += p * g[c];
          gradient_query[place + c] += slope * key[there + c];
          gradient_key[there + c] += slope * query[place + c];
        }
      }
    }
}

void rn_attention_softmax(float *scores, float *inverse_sums, float *log_sum_exp, ptrdiff_t rows,
                          ptrdiff_t columns, ptrdiff_t visible) {
  for (ptrdiff_t t = 0; t < rows; t++) {
    float *row = scores + t * columns;
    const ptrdiff_t seen = visible + t < columns ? visible + t : columns;
    float largest = row[0];
    for (ptrdiff_t c = 1; c < seen; c++)
      if (row[c] > largest) largest = row[c];
    float sum = 0;
    for (ptrdiff_t c = 0; c < seen; c++) {
      row[c] = expf(row[c] - largest);
      sum += row[c];
    }
    for (ptrdiff_t c = seen; c < columns; c++) row[c] = 0;
    inverse_sums[t] = 1 / sum;
    log_sum_exp[t] = largest + logf(sum);
  }
}

void rn_attention_softmax_backward(float *scores, float *gradient, const float *log_sum_exp,
                                   const float *delta, ptrdiff_t rows, ptrdiff_t columns,
                                   ptrdiff_t visible, float scale) {
  for (ptrdiff_t t = 0; t < rows; t++)
    for (ptrdiff_t c = 0; c < columns; c++) {
      float *score = scores + t * columns + c;
      float *slope = gradient + t * columns + c;
      const float p = c < visible + t ? expf(*score - log_sum_exp[t]) : 0;
      *score = p;
      *slope = p == 0 ? 0 : scale * p * (*slope - delta[t]);
    }
}

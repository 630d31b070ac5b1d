import CRealignKernels
import CRealignNaive

extension NaiveKernels {
  /// As `CausalAttention.forward` with one segment.
  package static func attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    heads: Int,
    keyValueHeads: Int,
    into out: Tensor,
    logSumExp: Tensor
  ) {
    Scratch.with(count: query.rows) { scores in
      rn_attention_forward(
        start(out, like: query),
        start(logSumExp),
        scores,
        start(query),
        start(key),
        start(value, like: key),
        shape(query, rows: query.rows, heads, keyValueHeads)
      )
    }
  }

  /// As `CausalAttention.backward` with one segment.
  package static func attentionBackward(
    gradient: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    out: Tensor,
    logSumExp: Tensor,
    heads: Int,
    keyValueHeads: Int,
    gradients: (query: Tensor, key: Tensor, value: Tensor)
  ) {
    rn_attention_backward(
      start(gradients.query, like: query),
      start(gradients.key, like: key),
      start(gradients.value, like: key),
      start(gradient, like: query),
      start(query),
      start(key),
      start(value, like: key),
      start(out, like: query),
      start(logSumExp),
      shape(query, rows: query.rows, heads, keyValueHeads)
    )
  }

  /// As `CausalAttention.decode`, row b of `query` against all rows of slot b.
  package static func decode(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    heads: Int,
    keyValueHeads: Int,
    into out: Tensor
  ) {
    let length = keys.rows / max(query.rows, 1)
    Scratch.with(count: length) { scores in
      for b in 0..<query.rows {
        let slot = b * length..<(b + 1) * length
        rn_attention_decode(
          out.row(b),
          scores,
          query.row(b),
          start(keys.rows(slot)),
          start(values.rows(slot)),
          shape(query, rows: length, heads, keyValueHeads)
        )
      }
    }
  }

  private static func shape(
    _ query: Tensor,
    rows: Int,
    _ heads: Int,
    _ keyValueHeads: Int
  ) -> rn_attention_shape {
    rn_attention_shape(
      rows: rows,
      heads: heads,
      shared: keyValueHeads,
      width: query.columns / heads
    )
  }

  /// Exponentials of a tile of scores, as inside `CausalAttention.forward`: here by definition.
  ///
  /// Row t sees its first min(visible + t, columns) columns. `sums` is (2, rows): the inverse sums
  /// and the logarithms of the sums.
  package static func attentionSoftmax(_ scores: Tensor, sums: Tensor, visible: Int) {
    sums.requireShape(2, scores.rows, "sums")
    rn_attention_softmax(
      start(scores),
      sums.row(0),
      sums.row(1),
      scores.rows,
      scores.columns,
      visible
    )
  }

  /// The backward pass of `attentionSoftmax`, by definition; `rows` is (2, rows): the logarithms
  /// of the sums, and what is taken from each gradient.
  package static func attentionSoftmaxBackward(
    _ scores: Tensor,
    gradient: Tensor,
    rows: Tensor,
    visible: Int,
    scale: Float
  ) {
    rows.requireShape(2, scores.rows, "rows")
    rn_attention_softmax_backward(
      start(scores),
      start(gradient, like: scores),
      rows.row(0),
      rows.row(1),
      scores.rows,
      scores.columns,
      visible,
      scale
    )
  }
}

/// The parts of attention between its products, tiles of 64 rows in parallel, as the layers above
/// never call them alone: for measuring.
package enum AttentionParts {
  /// As `NaiveKernels.attentionSoftmax`.
  package static func softmax(_ scores: Tensor, sums: Tensor, visible: Int) {
    sums.requireShape(2, scores.rows, "sums")
    Parallel.rows(scores.rows, perBlock: AttentionTile.height) { range in
      rk_attention_softmax(
        scores.row(range.lowerBound),
        scores.stride,
        sums.row(0) + range.lowerBound,
        sums.row(1) + range.lowerBound,
        1,
        range.count,
        scores.columns,
        visible + range.lowerBound
      )
    }
  }

  /// As `NaiveKernels.attentionSoftmaxBackward`.
  package static func softmaxBackward(
    _ scores: Tensor,
    gradient: Tensor,
    rows: Tensor,
    visible: Int,
    scale: Float
  ) {
    rows.requireShape(2, scores.rows, "rows")
    gradient.requireShape(scores.rows, scores.columns, "gradient")
    Parallel.rows(scores.rows, perBlock: AttentionTile.height) { range in
      rk_attention_softmax_backward(
        scores.row(range.lowerBound),
        gradient.row(range.lowerBound),
        scores.stride,
        rows.row(0) + range.lowerBound,
        1,
        rows.row(1) + range.lowerBound,
        range.count,
        scores.columns,
        visible + range.lowerBound,
        scale
      )
    }
  }
}

/// Causal grouped-query attention over packed segments, tile by tile on matrix products.
///
/// Tiles of 64 queries meet only the keys they may see, so neither the upper triangle nor rows of
/// other segments are computed. A tile of scores is 64 wide by keys long and stays in cache.
public enum CausalAttention {
  /// out (T, H·D) = softmax(query keyᵀ · scale) value within each segment.
  ///
  /// - Parameters:
  ///   - query: (T, H·D); may be a column window of a fused projection.
  ///   - key: (T, K·D), K dividing H.
  ///   - value: (T, K·D).
  ///   - segments: Cover every row once.
  ///   - heads: H.
  ///   - keyValueHeads: K.
  ///   - options: Scale, window and bound of the scores.
  ///   - out: (T, H·D).
  ///   - logSumExp: (T, H), saved for backward.
  public static func forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    segments: [AttentionSegment],
    heads: Int,
    keyValueHeads: Int,
    options: AttentionOptions = AttentionOptions(),
    into out: Tensor,
    logSumExp: Tensor
  ) {
    let shape = AttentionHeads(
      query: query,
      key: key,
      value: value,
      heads: heads,
      keyValueHeads: keyValueHeads,
      options: options
    )
    check(segments, rows: query.rows)
    key.requireShape(query.rows, key.columns, "key")
    out.requireShape(query.rows, query.columns, "out")
    logSumExp.requireShape(query.rows, heads, "logSumExp")
    let runs = segments.map(\.range)
    let operands = AttentionOperands(
      query: query,
      key: key,
      value: value,
      out: out,
      logSumExp: logSumExp,
      runs: runs,
      shape: shape
    )
    operands.forward(
      segments.flatMap { $0.tiles(height: AttentionTile.height, window: options.window) },
      runs: runs,
      shape: shape
    )
  }

  static func check(_ segments: [AttentionSegment], rows: Int) {
    for segment in segments {
      precondition(
        segment.range.lowerBound >= 0 && segment.range.upperBound <= rows
          && (segment.prefix?.lowerBound ?? 0) >= 0
          && (segment.prefix?.upperBound ?? 0) <= segment.range.lowerBound,
        "segment \(segment) in \(rows) rows"
      )
    }
  }
}

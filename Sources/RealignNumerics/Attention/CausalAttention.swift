import CRealignKernels

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
    // Long tiles first, so that threads finish together.
    let tiles =
      segments
      .flatMap { $0.tiles(height: AttentionTile.height, window: options.window) }
      .enumerated().sorted { ($1.element.columns, $0.offset) < ($0.element.columns, $1.offset) }
      .map(\.element)
    let operands = AttentionOperands(
      query: query,
      key: key,
      value: value,
      out: out,
      logSumExp: logSumExp
    )
    Parallel.run(tiles.count * heads) { index in
      forwardTile(tiles[index / heads], head: index % heads, shape: shape, operands)
    }
  }

  private static func forwardTile(
    _ tile: AttentionTile,
    head: Int,
    shape: AttentionHeads,
    _ x: AttentionOperands
  ) {
    let rows = tile.queries.count
    let first = tile.queries.lowerBound
    let out = x.out.row(first) + head * shape.width
    Scratch.with(count: rows * (tile.columns + 1)) { memory in
      let inverseSums = memory + rows * tile.columns
      x.scores(tile, head: head, shape: shape, into: memory)
      softmax(
        tile,
        memory,
        inverseSums,
        x.logSumExp.row(first) + head,
        x.logSumExp.stride,
        shape.options
      )
      var column = 0
      for run in tile.keyRuns {
        let value = x.value.row(run.lowerBound) + head / shape.share * shape.width
        Matrix.multiplyTile(
          rows: rows,
          columns: shape.width,
          inner: run.count,
          Matrix.Operand(memory + column, tile.columns),
          Matrix.Operand(value, x.value.stride),
          into: Matrix.Operand(out, x.out.stride),
          accumulate: column > 0
        )
        column += run.count
      }
      rk_scale_rows(out, x.out.stride, inverseSums, rows, shape.width)
    }
  }

  private static func softmax(
    _ tile: AttentionTile,
    _ scores: UnsafeMutablePointer<Float>,
    _ inverseSums: UnsafeMutablePointer<Float>,
    _ logSumExp: UnsafeMutablePointer<Float>,
    _ logSumExpStride: Int,
    _ options: AttentionOptions
  ) {
    guard options.limitsScores else {
      rk_attention_softmax(
        scores,
        tile.columns,
        inverseSums,
        logSumExp,
        logSumExpStride,
        tile.queries.count,
        tile.columns,
        tile.visible
      )
      return
    }
    rk_attention_softmax_limited(
      scores,
      tile.columns,
      inverseSums,
      logSumExp,
      logSumExpStride,
      tile.queries.count,
      tile.columns,
      tile.visible,
      options.window ?? tile.columns,
      options.softCap ?? 0
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

/// The tensors of one attention call.
struct AttentionOperands: Sendable {
  let query: Tensor
  let key: Tensor
  let value: Tensor
  let out: Tensor
  let logSumExp: Tensor

  /// scores (rows, tile.columns) = query keyᵀ · scale of one head, unmasked.
  func scores(
    _ tile: AttentionTile,
    head: Int,
    shape: AttentionHeads,
    into scores: UnsafeMutablePointer<Float>
  ) {
    let query = query.row(tile.queries.lowerBound) + head * shape.width
    var column = 0
    for run in tile.keyRuns {
      let key = key.row(run.lowerBound) + head / shape.share * shape.width
      Matrix.multiplyTile(
        rows: tile.queries.count,
        columns: run.count,
        inner: shape.width,
        alpha: shape.scale,
        Matrix.Operand(query, self.query.stride),
        Matrix.Operand(key, self.key.stride, transposed: true),
        into: Matrix.Operand(scores + column, tile.columns),
        accumulate: false
      )
      column += run.count
    }
  }
}

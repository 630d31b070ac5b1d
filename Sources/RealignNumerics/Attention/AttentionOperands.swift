import CRealignKernels

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

  /// Fills `out` and `logSumExp` for the queries of tiles, head by head.
  func forward(_ tiles: [AttentionTile], shape: AttentionHeads) {
    // Long tiles first, so that threads finish together.
    let tiles =
      tiles.enumerated()
      .sorted { ($1.element.columns, $0.offset) < ($0.element.columns, $1.offset) }
      .map(\.element)
    Parallel.run(tiles.count * shape.heads) { index in
      forward(tiles[index / shape.heads], head: index % shape.heads, shape: shape)
    }
  }

  private func forward(_ tile: AttentionTile, head: Int, shape: AttentionHeads) {
    let rows = tile.queries.count
    let target = out.row(tile.queries.lowerBound) + head * shape.width
    Scratch.with(count: rows * (tile.columns + 1)) { memory in
      let inverseSums = memory + rows * tile.columns
      scores(tile, head: head, shape: shape, into: memory)
      softmax(tile, head: head, options: shape.options, memory, inverseSums)
      var column = 0
      for run in tile.keyRuns {
        let value = value.row(run.lowerBound) + head / shape.share * shape.width
        Matrix.multiplyTile(
          rows: rows,
          columns: shape.width,
          inner: run.count,
          Matrix.Operand(memory + column, tile.columns),
          Matrix.Operand(value, self.value.stride),
          into: Matrix.Operand(target, out.stride),
          accumulate: column > 0
        )
        column += run.count
      }
      rk_scale_rows(target, out.stride, inverseSums, rows, shape.width)
    }
  }

  private func softmax(
    _ tile: AttentionTile,
    head: Int,
    options: AttentionOptions,
    _ scores: UnsafeMutablePointer<Float>,
    _ inverseSums: UnsafeMutablePointer<Float>
  ) {
    let logSumExps = logSumExp.row(tile.queries.lowerBound) + head
    guard options.limitsScores else {
      rk_attention_softmax(
        scores,
        tile.columns,
        inverseSums,
        logSumExps,
        logSumExp.stride,
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
      logSumExps,
      logSumExp.stride,
      tile.queries.count,
      tile.columns,
      tile.visible,
      options.window ?? tile.columns,
      options.softCap ?? 0
    )
  }
}

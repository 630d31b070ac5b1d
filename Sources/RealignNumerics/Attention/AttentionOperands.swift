import CRealignKernels

/// The tensors of one attention call.
struct AttentionOperands: Sendable {
  let query: Tensor
  let key: Tensor
  let value: Tensor
  let out: Tensor
  let logSumExp: Tensor
  /// Keys transposed, as scores take them.
  let packedKeys: PackedHeads?

  /// - Parameter runs: Runs of rows that tiles see, whole or from the first row of a run on.
  init(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    out: Tensor,
    logSumExp: Tensor,
    runs: [Range<Int>],
    shape: AttentionHeads
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.out = out
    self.logSumExp = logSumExp
    packedKeys = PackedHeads(key, runs: runs, width: shape.width, isTransposed: true)
  }

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
      PackedHeads.multiply(
        packedKeys,
        key,
        rows: run,
        head: head / shape.share,
        width: shape.width,
        isTransposed: true,
        count: tile.queries.count,
        alpha: shape.scale,
        Matrix.Operand(query, self.query.stride),
        into: Matrix.Operand(scores + column, tile.columns),
        accumulate: false
      )
      column += run.count
    }
  }

  /// Fills `out` and `logSumExp` for the queries of tiles, head by head.
  func forward(_ tiles: [AttentionTile], runs: [Range<Int>], shape: AttentionHeads) {
    let values = PackedHeads(value, runs: runs, width: shape.width, isTransposed: false)
    // Long tiles first, so that threads finish together.
    let tiles =
      tiles.enumerated()
      .sorted { ($1.element.columns, $0.offset) < ($0.element.columns, $1.offset) }
      .map(\.element)
    Parallel.run(tiles.count * shape.heads) { index in
      forward(
        tiles[index / shape.heads],
        head: index % shape.heads,
        shape: shape,
        packedValues: values
      )
    }
  }

  private func forward(
    _ tile: AttentionTile,
    head: Int,
    shape: AttentionHeads,
    packedValues: PackedHeads?
  ) {
    let rows = tile.queries.count
    let target = out.row(tile.queries.lowerBound) + head * shape.width
    Scratch.with(count: rows * (tile.columns + 1)) { memory in
      let inverseSums = memory + rows * tile.columns
      scores(tile, head: head, shape: shape, into: memory)
      softmax(tile, head: head, options: shape.options, memory, inverseSums)
      var column = 0
      for run in tile.keyRuns {
        PackedHeads.multiply(
          packedValues,
          value,
          rows: run,
          head: head / shape.share,
          width: shape.width,
          isTransposed: false,
          count: rows,
          Matrix.Operand(memory + column, tile.columns),
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

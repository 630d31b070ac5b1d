import CRealignKernels

extension CausalAttention {
  /// The gradients of query, key and value, all assigned for the rows of the segments.
  ///
  /// Probabilities are recomputed from `logSumExp` tile by tile (Dao et al. 2022, algorithm 4).
  /// Every group of segments and key-value head is one task, so no two tasks add to one place.
  ///
  /// - Parameters:
  ///   - gradient: (T, H·D), of the output.
  ///   - query: As in `forward`, likewise key, value, segments, heads, keyValueHeads, options.
  ///   - out: (T, H·D), the result of `forward`.
  ///   - logSumExp: (T, H), saved by `forward`.
  ///   - gradientQuery: (T, H·D).
  ///   - gradientKey: (T, K·D).
  ///   - gradientValue: (T, K·D).
  public static func backward(
    gradient: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    out: Tensor,
    logSumExp: Tensor,
    segments: [AttentionSegment],
    heads: Int,
    keyValueHeads: Int,
    options: AttentionOptions = AttentionOptions(),
    gradientQuery: Tensor,
    gradientKey: Tensor,
    gradientValue: Tensor
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
    for (tensor, like, name) in [
      (gradient, query, "gradient"), (out, query, "out"), (gradientQuery, query, "gradientQuery"),
      (gradientKey, key, "gradientKey"), (gradientValue, value, "gradientValue"),
    ] { tensor.requireShape(like.rows, like.columns, name) }
    logSumExp.requireShape(query.rows, heads, "logSumExp")
    let runs = segments.map(\.range)
    let task = AttentionBackward(
      operands: AttentionOperands(
        query: query,
        key: key,
        value: value,
        out: out,
        logSumExp: logSumExp,
        runs: runs,
        shape: shape
      ),
      shape: shape,
      packedKeys: PackedHeads(key, runs: runs, width: shape.width, isTransposed: false),
      packedValues: PackedHeads(value, runs: runs, width: shape.width, isTransposed: true),
      gradient: gradient,
      gradientQuery: gradientQuery,
      gradientKey: gradientKey,
      gradientValue: gradientValue
    )
    let groups = groups(segments)
    Parallel.run(groups.count * keyValueHeads) { index in
      task.run(groups[index / keyValueHeads], keyValueHead: index % keyValueHeads)
    }
  }

  /// Segments by group, costly groups first.
  private static func groups(_ segments: [AttentionSegment]) -> [[AttentionSegment]] {
    var places: [Int: Int] = [:]
    var groups: [[AttentionSegment]] = []
    for segment in segments {
      if let place = places[segment.group] {
        groups[place].append(segment)
      } else {
        places[segment.group] = groups.count
        groups.append([segment])
      }
    }
    func cost(_ group: [AttentionSegment]) -> Int {
      group.reduce(0) { $0 + $1.range.count * (($1.prefix?.count ?? 0) + $1.range.count) }
    }
    return groups.enumerated()
      .sorted { (cost($1.element), $0.offset) < (cost($0.element), $1.offset) }
      .map(\.element)
  }
}

/// The backward pass of one group of segments and one key-value head.
struct AttentionBackward: Sendable {
  let operands: AttentionOperands
  let shape: AttentionHeads
  /// Keys as they are, and values transposed.
  let packedKeys: PackedHeads?
  let packedValues: PackedHeads?
  let gradient: Tensor
  let gradientQuery: Tensor
  let gradientKey: Tensor
  let gradientValue: Tensor

  func run(_ segments: [AttentionSegment], keyValueHead: Int) {
    for segment in segments {
      for tensor in [gradientKey, gradientValue] {
        for r in segment.range {
          (tensor.row(r) + keyValueHead * shape.width).update(repeating: 0, count: shape.width)
        }
      }
    }
    for segment in segments {
      let tiles = segment.tiles(height: AttentionTile.height, window: shape.options.window)
      for head in keyValueHead * shape.share..<(keyValueHead + 1) * shape.share {
        for tile in tiles { run(tile, head: head) }
      }
    }
  }

  private func run(_ tile: AttentionTile, head: Int) {
    let rows = tile.queries.count
    let first = tile.queries.lowerBound
    let left = head * shape.width
    let area = rows * tile.columns
    Scratch.with(count: 2 * area + rows) { scores in
      let products = scores + area
      let delta = products + area
      operands.scores(tile, head: head, shape: shape, into: scores)
      var column = 0
      for run in tile.keyRuns {
        PackedHeads.multiply(
          packedValues,
          operands.value,
          rows: run,
          head: head / shape.share,
          width: shape.width,
          isTransposed: true,
          count: rows,
          Matrix.Operand(gradient.row(first) + left, gradient.stride),
          into: Matrix.Operand(products + column, tile.columns),
          accumulate: false
        )
        column += run.count
      }
      rk_row_dots(
        delta,
        gradient.row(first) + left,
        gradient.stride,
        operands.out.row(first) + left,
        operands.out.stride,
        rows,
        shape.width
      )
      softmaxBackward(
        tile,
        scores: scores,
        products: products,
        logSumExp: operands.logSumExp.row(first) + head,
        delta: delta
      )
      accumulate(tile, head: head, probabilities: scores, products: products)
    }
  }

  private func softmaxBackward(
    _ tile: AttentionTile,
    scores: UnsafeMutablePointer<Float>,
    products: UnsafeMutablePointer<Float>,
    logSumExp: UnsafeMutablePointer<Float>,
    delta: UnsafeMutablePointer<Float>
  ) {
    guard shape.options.limitsScores else {
      rk_attention_softmax_backward(
        scores,
        products,
        tile.columns,
        logSumExp,
        operands.logSumExp.stride,
        delta,
        tile.queries.count,
        tile.columns,
        tile.visible,
        shape.scale
      )
      return
    }
    rk_attention_softmax_limited_backward(
      scores,
      products,
      tile.columns,
      logSumExp,
      operands.logSumExp.stride,
      delta,
      tile.queries.count,
      tile.columns,
      tile.visible,
      shape.scale,
      shape.options.window ?? tile.columns,
      shape.options.softCap ?? 0
    )
  }

  /// dV += Pᵀ dO, dQ = dS K, dK += dSᵀ Q.
  private func accumulate(
    _ tile: AttentionTile,
    head: Int,
    probabilities: UnsafeMutablePointer<Float>,
    products: UnsafeMutablePointer<Float>
  ) {
    let rows = tile.queries.count
    let first = tile.queries.lowerBound
    let left = head * shape.width
    let leftOfKey = head / shape.share * shape.width
    var column = 0
    for run in tile.keyRuns {
      let start = run.lowerBound
      Matrix.multiplyTile(
        rows: run.count,
        columns: shape.width,
        inner: rows,
        Matrix.Operand(probabilities + column, tile.columns, transposed: true),
        Matrix.Operand(gradient.row(first) + left, gradient.stride),
        into: Matrix.Operand(gradientValue.row(start) + leftOfKey, gradientValue.stride),
        accumulate: true
      )
      PackedHeads.multiply(
        packedKeys,
        operands.key,
        rows: run,
        head: head / shape.share,
        width: shape.width,
        isTransposed: false,
        count: rows,
        Matrix.Operand(products + column, tile.columns),
        into: Matrix.Operand(gradientQuery.row(first) + left, gradientQuery.stride),
        accumulate: column > 0
      )
      Matrix.multiplyTile(
        rows: run.count,
        columns: shape.width,
        inner: rows,
        Matrix.Operand(products + column, tile.columns, transposed: true),
        Matrix.Operand(operands.query.row(first) + left, operands.query.stride),
        into: Matrix.Operand(gradientKey.row(start) + leftOfKey, gradientKey.stride),
        accumulate: true
      )
      column += run.count
    }
  }
}

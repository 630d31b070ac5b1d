import CRealignKernels

extension CausalAttention {
  /// One new query per sequence against its cached keys and values.
  ///
  /// - Parameters:
  ///   - query: (B, H·D).
  ///   - keys: (slots · capacity, K·D); slot s owns rows s · capacity and up.
  ///   - values: As keys.
  ///   - slots: The slot of each row of `query`.
  ///   - lengths: How many keys of its slot each row sees, its own included; 1...capacity.
  ///   - capacity: Rows per slot.
  ///   - heads: H.
  ///   - keyValueHeads: K.
  ///   - options: As in `forward`.
  ///   - out: (B, H·D), assigned.
  public static func decode(
    query: Tensor,
    keys: Tensor,
    values: Tensor,
    slots: [Int],
    lengths: [Int],
    capacity: Int,
    heads: Int,
    keyValueHeads: Int,
    options: AttentionOptions = AttentionOptions(),
    into out: Tensor
  ) {
    let shape = AttentionHeads(
      query: query,
      key: keys,
      value: values,
      heads: heads,
      keyValueHeads: keyValueHeads,
      options: options
    )
    out.requireShape(query.rows, query.columns, "out")
    precondition(
      slots.count == query.rows && lengths.count == query.rows,
      "\(slots.count) slots and \(lengths.count) lengths for \(query.rows) rows"
    )
    for (slot, length) in zip(slots, lengths) {
      precondition(
        slot >= 0 && (slot + 1) * capacity <= keys.rows && length >= 1 && length <= capacity,
        "slot \(slot), length \(length), capacity \(capacity), \(keys.rows) rows"
      )
    }
    let task = { @Sendable (index: Int) in
      let row = index / keyValueHeads
      let left = index % keyValueHeads * shape.width
      let seen = min(lengths[row], options.window ?? lengths[row])
      let first = slots[row] * capacity + lengths[row] - seen
      Scratch.with(count: shape.share * seen) { scores in
        decodeRow(
          DecodedRow(
            out: out.row(row) + left * shape.share,
            scores: scores,
            query: query.row(row) + left * shape.share,
            keys: Matrix.Operand(keys.row(first) + left, keys.stride),
            values: Matrix.Operand(values.row(first) + left, values.stride),
            length: seen
          ),
          shape: shape
        )
      }
    }
    let count = query.rows * keyValueHeads
    if lengths.reduce(0, +) * query.columns < 1 << 15 {
      for index in 0..<count { task(index) }
    } else {
      Parallel.run(count, task)
    }
  }

  private static func decodeRow(_ row: DecodedRow, shape: AttentionHeads) {
    rk_attention_decode(
      row.out,
      row.scores,
      row.query,
      row.keys.start,
      row.keys.stride,
      row.values.start,
      row.values.stride,
      row.length,
      shape.share,
      shape.width,
      shape.scale,
      shape.options.softCap ?? 0
    )
  }
}

/// One query row, the heads that share one key-value head, and the keys they see.
private struct DecodedRow {
  let out: UnsafeMutablePointer<Float>
  let scores: UnsafeMutablePointer<Float>
  let query: UnsafeMutablePointer<Float>
  let keys: Matrix.Operand
  let values: Matrix.Operand
  let length: Int
}

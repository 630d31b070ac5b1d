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
    // Rows that are many are tasks whole, so that each reads its cache from front to back.
    let together = query.rows >= wholeRows ? keyValueHeads : 1
    let tasksPerRow = keyValueHeads / together
    let task = { @Sendable (index: Int) in
      let row = index / tasksPerRow
      let left = index % tasksPerRow * shape.width
      let seen = min(lengths[row], options.window ?? lengths[row])
      let first = slots[row] * capacity + lengths[row] - seen
      Scratch.with(count: together * shape.share * seen) { scores in
        rk_attention_decode(
          out.row(row) + left * shape.share,
          scores,
          query.row(row) + left * shape.share,
          keys.row(first) + left,
          keys.stride,
          values.row(first) + left,
          values.stride,
          seen,
          together,
          shape.share,
          shape.width,
          shape.scale,
          options.softCap ?? 0
        )
      }
    }
    let count = query.rows * tasksPerRow
    var work = 0
    for length in lengths { work += length * query.columns }
    if work < 1 << 15 {
      for index in 0..<count { task(index) }
    } else {
      Parallel.run(count, task)
    }
  }

  /// From this many rows on a task takes all heads of one.
  private static let wholeRows = 8
}

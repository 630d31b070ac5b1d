extension MPIGroup {
  /// Everybody's bytes, in the order of ranks; lengths may differ.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  public func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
    try transfer { try $0.gather(bytes) }
  }

  /// Copies the values of one rank to all.
  ///
  /// The root sends each rank a part, and all pass their parts on (van de Geijn, "On global combine
  /// operations", 1994), so that no rank sends more than twice what it has.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  public func broadcast(_ values: Tensor, from root: Int) throws {
    precondition(values.isContiguous, "a broadcast of \(values), which has gaps")
    precondition(root >= 0 && root < size, "root \(root) of \(size)")
    let parts = (0..<size).map { part in
      values.slice(part * values.count / size..<(part + 1) * values.count / size)
    }
    let others = (0..<size).filter { $0 != rank }
    try transfer([values]) { transfers in
      if rank == root {
        try transfers.move(
          receives: [],
          sends: others.flatMap { [.init($0, parts[$0]), .init($0, parts[root])] }
        )
      } else {
        try transfers.move(receives: [.init(root, parts[rank])], sends: [])
        try transfers.move(
          receives: others.map { .init($0, parts[$0]) },
          sends: others.filter { $0 != root }.map { .init($0, parts[rank]) }
        )
      }
    }
  }

  /// Completes a tensor of which every rank has a range.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  public func allGather(_ values: Tensor, ranges: [Range<Int>]) throws {
    requireRanges(ranges, of: values)
    let others = (0..<size).filter { $0 != rank }
    try transfer([values]) {
      try $0.move(
        receives: others.map { .init($0, values.slice(ranges[$0])) },
        sends: others.map { .init($0, values.slice(ranges[rank])) }
      )
    }
  }

  /// Sends a range of the values to each rank, and receives this rank's range from all.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  public func exchange(_ values: Tensor, ranges: [Range<Int>], into received: [Tensor]) throws {
    requireRanges(ranges, of: values)
    precondition(received.count == size, "\(received.count) tensors for \(size) ranks")
    for tensor in received {
      precondition(
        tensor.isContiguous && tensor.count == ranges[rank].count,
        "a tensor \(tensor) for \(ranges[rank].count) values"
      )
    }
    let others = (0..<size).filter { $0 != rank }
    received[rank].slice(0..<received[rank].count).copy(from: values.slice(ranges[rank]))
    try transfer(received + [values]) {
      try $0.move(
        receives: others.map { .init($0, received[$0]) },
        sends: others.map { .init($0, values.slice(ranges[$0])) }
      )
    }
  }

  /// Returns when all ranks have called it.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  public func barrier() throws { try transfer { try $0.barrier() } }

  private func requireRanges(_ ranges: [Range<Int>], of values: Tensor) {
    precondition(values.isContiguous, "\(values) has gaps")
    precondition(ranges.count == size, "\(ranges.count) ranges for \(size) ranks")
  }
}

import RealignNumerics

/// Times sums over the ranks of a group, done as data-parallel training does them: every rank
/// receives its part from all, adds in the order of ranks, and passes the sums on.
struct AllReducePing {
  let group: any ProcessGroup

  /// Bytes of the values that are summed.
  static let sizes = [
    8, 64, 512, 4 << 10, 32 << 10, 256 << 10, 2 << 20, 16 << 20, 64 << 20,
  ]

  /// Seconds for a size, and how often it is done.
  private static let time = 0.3
  private static let repetitions = 5...200

  /// What one size took, from the first rank's start to the last one's end.
  struct Result {
    let bytes: Int
    /// One for each repetition, sorted.
    let seconds: [Double]
    /// Whether all ranks got the right sums.
    let isExact: Bool

    var median: Double { seconds[seconds.count / 2] }
    var least: Double { seconds[0] }
    var bytesPerSecond: Double { Double(bytes) / median }
  }

  /// Measures all sizes; collective.
  ///
  /// - Throws: `ProcessGroupError`.
  func measure() throws -> [Result] { try Self.sizes.map(measure) }

  private func measure(_ bytes: Int) throws -> Result {
    let count = bytes / MemoryLayout<Float>.size
    let work = Work(count: count, group: group)
    // Whole numbers whose sums are below 2^24, so that single precision has them exactly.
    let period = max(1, (1 << 24) / (group.size * (group.size + 1)))
    work.values.copy(from: (0..<count).map { Float(($0 % period) * (group.rank + 1)) })
    let first = try timed(work)
    let factor = group.size * (group.size + 1) / 2
    let isExact =
      work.values.values.enumerated().allSatisfy { $1 == Float(($0 % period) * factor) }
    let areExact = try !group.agree(!isExact)
    work.values.fill(0)
    // The same number on every rank.
    let slowest = try group.gathered(first).max() ?? first
    let repetitions = Self.repetitions.clamp(Int(Self.time / max(slowest, 1e-9)))
    let times = try (0..<repetitions).map { _ in try timed(work) }
    let all = try times.map { try group.gathered($0).max() ?? $0 }
    return Result(bytes: bytes, seconds: all.sorted(), isExact: areExact)
  }

  private func timed(_ work: Work) throws -> Double {
    try group.barrier()
    let start = ContinuousClock.now
    try work.sum()
    return start.duration(to: .now) / .seconds(1)
  }

  /// Memory for the sums of one size.
  private struct Work {
    let values: Tensor
    private let ranges: [Range<Int>]
    private let received: [Tensor]
    private let group: any ProcessGroup

    init(count: Int, group: any ProcessGroup) {
      self.group = group
      values = Tensor(rows: 1, columns: count)
      let ranges = (0..<group.size).map {
        $0 * count / group.size..<($0 + 1) * count / group.size
      }
      self.ranges = ranges
      received = (0..<group.size).map { _ in Tensor(rows: 1, columns: ranges[group.rank].count) }
    }

    /// Replaces the values by the sums over all ranks.
    func sum() throws {
      try group.exchange(values, ranges: ranges, into: received)
      let own = values.slice(ranges[group.rank])
      own.copy(from: received[0])
      for part in received.dropFirst() { own.add(part) }
      try group.allGather(values, ranges: ranges)
    }
  }
}

extension ProcessGroup {
  /// A number of every rank, in the order of ranks.
  fileprivate func gathered(_ value: Double) throws -> [Double] {
    let bits = value.bitPattern
    return try allGather((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }).map { bytes in
      Double(bitPattern: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }
}

extension ClosedRange<Int> {
  /// The value, or the bound that it is beyond.
  fileprivate func clamp(_ value: Int) -> Int {
    Swift.min(upperBound, Swift.max(lowerBound, value))
  }
}

import RealignNumerics

/// The definition of every call of a `ProcessGroup`, checked by all ranks of a group together.
public enum ProcessGroupChecks {
  /// What is wrong, in words, as seen by this rank; empty when all calls do as defined.
  ///
  /// - Parameter group: Every rank of it makes this call.
  /// - Throws: What the group throws.
  public static func violations(of group: some ProcessGroup) throws -> [String] {
    var found: [String] = []
    func check(_ holds: Bool, _ name: String) {
      if !holds { found.append("rank \(group.rank) of \(group.size): \(name)") }
    }
    check(group.size >= 1 && (0..<group.size).contains(group.rank), "the rank")
    check(group.threadsPerRank >= 1, "threads for each rank")
    try bytes(group, check)
    for root in 0..<group.size { try broadcast(group, root, check) }
    for (name, ranges) in layouts(group.size) {
      try gather(group, ranges, name, check)
      try exchange(group, ranges, name, check)
    }
    try group.barrier()
    check(try !group.agree(false), "nobody agrees")
    check(try group.agree(true), "all agree")
    for one in 0..<group.size {
      check(try group.agree(group.rank == one), "rank \(one) alone is heard")
    }
    return found
  }

  private typealias Check = (Bool, String) -> Void

  /// A value that tells whose it is and where it lies.
  private static func value(_ rank: Int, _ index: Int) -> Float { Float(rank * 10_000 + index) }

  /// Values of a rank, in the middle of a larger buffer that nobody may touch around them.
  private struct Guarded {
    let values: Tensor
    private let all: Tensor
    private static let margin = 9

    init(count: Int, _ value: (Int) -> Float) {
      all = Tensor(rows: 1, columns: count + 2 * Self.margin)
      all.fill(-1)
      values = all.slice(Self.margin..<Self.margin + count)
      values.copy(from: (0..<count).map(value))
    }

    var isIntact: Bool {
      let around = all.values.prefix(Self.margin) + all.values.suffix(Self.margin)
      return around.allSatisfy { $0 == -1 }
    }
  }

  /// Ways to divide values among ranks.
  private static func layouts(_ size: Int) -> [(name: String, ranges: [Range<Int>])] {
    let even = (0..<size).map { $0 * 40..<($0 + 1) * 40 }
    // Of 0, 1, 4, 9, … values, so that some rank has none and some have several messages.
    var start = 3
    let uneven = (0..<size).map { rank in
      defer { start += rank * rank + 2 }
      return start..<start + rank * rank
    }
    let gaps = (0..<size).map { rank in rank * 50 + 5..<rank * 50 + 30 + rank }
    let last = (0..<size).map { $0 == size - 1 ? 0..<77 : 77..<77 }
    return [
      ("even", even), ("uneven", uneven), ("with gaps", gaps), ("backwards", even.reversed()),
      ("all with the last rank", last), ("empty", even.map { _ in 0..<0 }),
    ]
  }

  private static func bytes(_ group: some ProcessGroup, _ check: Check) throws {
    // Around the 248 bytes that fit into a first message, and far above.
    for length in [0, 1, 247, 248, 249, 5000, 300_000] {
      func contribution(_ rank: Int) -> [UInt8] {
        (0..<(length + rank) * (rank % 3 == 2 ? 0 : 1)).map { UInt8(truncatingIfNeeded: $0 + rank) }
      }
      let all = try group.allGather(contribution(group.rank))
      check(all == (0..<group.size).map(contribution), "bytes, about \(length) of each rank")
    }
  }

  private static func broadcast(
    _ group: some ProcessGroup,
    _ root: Int,
    _ check: Check
  ) throws {
    for count in [0, 1, 2, 3, 100, 20_000] {
      let guarded = Guarded(count: count) { value(group.rank, $0) }
      try group.broadcast(guarded.values, from: root)
      let expected = (0..<count).map { value(root, $0) }
      check(guarded.values.values == expected, "broadcast of \(count) from \(root)")
      check(guarded.isIntact, "broadcast of \(count) from \(root): memory around it")
    }
  }

  private static func gather(
    _ group: some ProcessGroup,
    _ ranges: [Range<Int>],
    _ name: String,
    _ check: Check
  ) throws {
    let count = 5 + (ranges.map(\.upperBound).max() ?? 0)
    let guarded = Guarded(count: count) { value(group.rank, $0) }
    var expected = (0..<count).map { value(group.rank, $0) }
    for (other, range) in ranges.enumerated() {
      for i in range { expected[i] = value(other, i) }
    }
    try group.allGather(guarded.values, ranges: ranges)
    check(guarded.values.values == expected, "gathered ranges, \(name)")
    check(guarded.isIntact, "gathered ranges, \(name): memory around them")
  }

  private static func exchange(
    _ group: some ProcessGroup,
    _ ranges: [Range<Int>],
    _ name: String,
    _ check: Check
  ) throws {
    let count = 5 + (ranges.map(\.upperBound).max() ?? 0)
    let guarded = Guarded(count: count) { value(group.rank, $0) }
    let own = ranges[group.rank]
    let received = (0..<group.size).map { _ in Guarded(count: own.count) { _ in -2 } }
    try group.exchange(guarded.values, ranges: ranges, into: received.map(\.values))
    for (other, part) in received.enumerated() {
      check(part.values.values == own.map { value(other, $0) }, "exchange, \(name), of \(other)")
      check(part.isIntact, "exchange, \(name), of \(other): memory around it")
    }
    let before = (0..<count).map { value(group.rank, $0) }
    check(guarded.values.values == before && guarded.isIntact, "exchange, \(name): what was sent")
  }
}

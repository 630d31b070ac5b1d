import RealignText

/// How fast a worker is on rows of its own while its neighbours measure too.
///
/// The blocks it measures on are kept: those that end up in its shard are not computed again.
struct CalibrationSlice<Work: RowWork> {
  let run: RowRun<Work>
  let number: Int
  let count: Int
  /// Waits for what the parent says; nil when it says nothing any more.
  var answer: () -> String? = { WorkerInput.shared.line() }

  /// Blocks that are measured at most; the first of them warms up and does not count.
  private static var mostBlocks: Int { 4 }
  /// Seconds after which no further block is begun.
  private static var enoughSeconds: Double { 2 }

  /// Measures, tells the parent, and waits for the blocks of each shard.
  ///
  /// - Throws: `RunInterrupted` when no answer comes, `InputError` of kind `usage` for a wrong one.
  func measure() throws -> (blockCounts: [Int], known: [Int: [JSONObject]]) {
    let blocks = run.blocks
    let own = ShardDivision(blocks: blocks.count, shards: count)[number]
    var known: [Int: [JSONObject]] = [:]
    var rate: Double?
    // With fewer blocks their number decides the shares, not the speed.
    if own.count >= Self.mostBlocks {
      var rows = 0
      var seconds = 0.0
      for (index, block) in own.prefix(Self.mostBlocks).enumerated() {
        try Interruption.check("while measuring")
        let start = ContinuousClock.now
        known[block] = try run.work.records(blocks[block]) { _ in }
        let taken = start.duration(to: .now) / .seconds(1)
        guard index > 0 else { continue }
        rows += blocks[block].count
        seconds += taken
        if seconds > Self.enoughSeconds { break }
      }
      rate = Double(rows) / max(seconds, 1e-9)
    }
    let message = WorkerMessage.speed(rowsPerSecond: rate, blocks: blocks.count)
    try run.context.output.row(message.json)
    return (try blockCounts(blocks: blocks.count), known)
  }

  private func blockCounts(blocks: Int) throws -> [Int] {
    guard let line = answer() else {
      throw RunInterrupted(place: "waiting for the shares")
    }
    let counts = (try? JSONValue.parse(line))?.arrayValue?.compactMap(\.intValue) ?? []
    guard counts.count == count, counts.allSatisfy({ $0 >= 0 }),
      counts.reduce(0, { $0 &+ $1 }) == blocks
    else {
      throw InputError(
        .usage,
        "not the blocks of each shard",
        found: line,
        expected: "\(count) numbers that add up to \(blocks)"
      )
    }
    return counts
  }
}

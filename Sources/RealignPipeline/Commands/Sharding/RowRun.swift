import RealignText

/// Does row work as it was asked for: all of it, one shard, or whatever shards are free.
struct RowRun<Work: RowWork> {
  let work: Work
  let request: ShardRequest
  /// The file of the results; nil prints them.
  let output: String?
  let context: CommandContext

  var blocks: RowBlocks { RowBlocks(rowCount: work.rowCount, blockRows: request.blockRows) }

  /// Does what was asked for.
  ///
  /// - Throws: `RunInterrupted` when a shard, `CommandStopped` when the whole was asked to stop.
  func execute() throws -> CommandOutcome {
    guard let output, request.mode != .whole else { return try whole() }
    if request.options.isWorker {
      try context.output.row(WorkerMessage.input(rows: work.rowCount).json)
    }
    switch request.mode {
    case .whole: break
    case .one(let number, let count): try one(number, of: count, output: output)
    case .any(let count): try ShardClaims(run: self, count: count, output: output).work()
    }
    return .passed
  }

  // MARK: All of it

  private func whole() throws -> CommandOutcome {
    context.progress.begin(Work.command, total: work.rowCount, unit: Work.unit)
    let start = ContinuousClock.now
    let reducer = try Work.reducer(work.settings)
    let outcome = try RowOutput.write(to: output, reducer, context: context) { add in
      for block in 0..<blocks.count {
        let rows = blocks[block]
        do {
          try Interruption.check("row \(rows.lowerBound)")
          for record in try records(rows, done: rows.lowerBound) { try add(record) }
        } catch is RunInterrupted {
          throw CommandStopped(rows: rows.lowerBound, isPrinted: output == nil)
        }
      }
      context.progress.end(Count.rate(work.rowCount, Work.unit, since: start))
    }
    return outcome
  }

  /// The records of a block, with progress from `done` rows on.
  private func records(_ rows: Range<Int>, done: Int) throws -> [JSONObject] {
    let progress = context.progress
    let records = try work.records(rows) { progress.update(done + $0, "") }
    precondition(records.count == rows.count, "\(records.count) records of \(rows.count) rows")
    progress.update(done + rows.count, "")
    return records
  }

  // MARK: Shards

  /// The work as it stands in the headers of its shards.
  func described(blockCounts: [Int]?) throws -> ShardWork {
    ShardWork(
      command: Work.command,
      blocks: blocks,
      blockCounts: blockCounts,
      sources: try work.sources(),
      settings: work.settings
    )
  }

  private func one(_ number: Int, of count: Int, output: String) throws {
    var known: [Int: [JSONObject]] = [:]
    var blockCounts = request.weights.map {
      ShardDivision(blocks: blocks.count, weights: $0).blockCounts
    }
    if request.options.measures {
      let slice = CalibrationSlice(run: self, number: number, count: count)
      (blockCounts, known) = try slice.measure()
    }
    let described = try described(blockCounts: blockCounts)
    let path = ShardName.path(output, number: number, of: count)
    if request.options.resumes {
      switch ShardFile.reasonToCompute(described, number: number, count: count, path: path) {
      case nil: return try skip(described, number, of: count, path: path)
      case .absent: break
      case .foreign(let difference):
        context.progress.warn(
          "\(path) is of other work (\(difference.field) \(difference.found)) and is written anew"
        )
      case .damaged(let reason):
        context.progress.warn("\(path) is written anew: \(reason)")
      }
    }
    try compute(described, number, of: count, path: path, known: known)
  }

  private func skip(_ described: ShardWork, _ number: Int, of count: Int, path: String) throws {
    let rows = described.blocks.rows(described.division(of: count)[number])
    context.progress.begin(Work.command, total: rows.count, unit: Work.unit)
    context.progress.update(rows.count, "")
    context.progress.end("done before: \(path)")
    try report(rows, number, of: count, path: path, isSkipped: true)
  }

  /// Computes a shard and writes it.
  ///
  /// - Parameters:
  ///   - known: Records of blocks that are computed already.
  ///   - isWanted: Asked before every block; false gives the shard up.
  func compute(
    _ described: ShardWork,
    _ number: Int,
    of count: Int,
    path: String,
    known: [Int: [JSONObject]] = [:],
    isWanted: () -> Bool = { true }
  ) throws {
    let own = described.division(of: count)[number]
    let rows = blocks.rows(own)
    context.progress.begin(
      "\(Work.command) \(number)/\(count)",
      total: rows.count,
      unit: Work.unit
    )
    let start = ContinuousClock.now
    var content: [UInt8] = []
    for block in own {
      try Interruption.check("\(Work.command), shard \(number) of \(count)")
      guard isWanted() else {
        return context.progress.end("given up")
      }
      let range = blocks[block]
      let records = try known[block] ?? records(range, done: range.lowerBound - rows.lowerBound)
      for record in records {
        content += JSONValue.object(record).serializedBytes() + [0x0A]
      }
    }
    try ShardFile.write(content, of: described, number: number, count: count, to: path)
    context.progress.end(Count.rate(rows.count, Work.unit, since: start))
    try report(rows, number, of: count, path: path, isSkipped: false)
  }

  private func report(
    _ rows: Range<Int>,
    _ number: Int,
    of count: Int,
    path: String,
    isSkipped: Bool
  ) throws {
    guard context.isJSON, !request.options.isWorker else { return }
    try context.output.row([
      "file": .string(path), "shard": .integer(number), "shards": .integer(count),
      "first_row": .integer(rows.lowerBound), "rows": .integer(rows.count),
      "skipped": .bool(isSkipped),
    ])
  }
}

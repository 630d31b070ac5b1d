import RealignText

/// `realign merge-shards`: one output from all shards of a command.
public enum MergeShardsCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Files that `--shard` wrote, in any order.
    public var shards: [String]
    /// The file that the command would have written in one piece.
    public var output: String

    /// Creates options.
    public init(shards: [String], output: String) {
      self.shards = shards
      self.output = output
    }
  }

  /// Checks that every shard of one piece of work is there once and whole, and writes what the
  /// command would have written in one piece; `.notPassed` when that has a gate that is not passed.
  ///
  /// - Throws: `InputError`: `missingInput` for a shard that is not there, `badData` for one that is
  ///   damaged, given twice or of other work. Nothing is written then.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    let headers = try headers(options.shards)
    let work = headers[0].header.work
    guard let type = RowWorks.named(work.command) else {
      throw InputError(
        .badData,
        "shards of an unknown command",
        file: headers[0].path,
        field: "work.command",
        found: work.command,
        expected: RowWorks.all.map { $0.command }.joined(separator: ", ")
      )
    }
    let kernels = Set(headers.map(\.header.work.kernel)).sorted()
    if kernels.count > 1 {
      context.progress.warn(
        "the shards were computed on different kernels (\(kernels.joined(separator: ", "))): "
          + "last digits may differ from those of one machine"
      )
    }
    context.progress.begin("merge \(work.command)", total: work.rowCount, unit: type.unit)
    let outcome = try RowOutput.write(
      to: options.output,
      type.reducer(work.settings),
      context: context
    ) { add in
      for (path, header) in headers {
        let shard = try ShardFile.read(path)
        guard shard.header == header else {
          throw InputError(.badData, "the shard changed while it was read", file: path)
        }
        for record in shard.records { try add(record) }
        context.progress.update(header.rows.upperBound, "")
      }
    }
    context.progress.end("\(headers.count) shards into \(options.output)")
    return outcome
  }

  /// The headers in the order of the shards, checked against each other.
  static func headers(_ paths: [String]) throws -> [(path: String, header: ShardHeader)] {
    var found: [(path: String, header: ShardHeader)] = []
    for path in paths { found.append((path, try ShardHeader(path: path))) }
    guard let first = found.first else {
      throw InputError(.usage, "no shards", expected: "the files that --shard wrote")
    }
    var byNumber: [Int: (path: String, header: ShardHeader)] = [:]
    for (path, header) in found {
      try check(header, path, against: first.header, first.path)
      if let other = byNumber.updateValue((path, header), forKey: header.number) {
        throw InputError(
          .badData,
          "shard \(header.number) of \(header.count) is given twice",
          file: path,
          hint: "the other one is \(other.path)"
        )
      }
    }
    let missing = (1...first.header.count).filter { byNumber[$0] == nil }
    if let number = missing.first {
      let count = first.header.count
      throw InputError(
        .missingInput,
        missing.count == 1
          ? "shard \(number) of \(count) is missing"
          : "\(missing.count) of \(count) shards are missing",
        found: missing.prefix(10).map { "\($0)" }.joined(separator: ", ")
          + (missing.count > 10 ? ", …" : ""),
        hint: "run \(first.header.work.command) again with --shard \(number)/\(count)"
      )
    }
    return (1...first.header.count).compactMap { byNumber[$0] }
  }

  private static func check(
    _ header: ShardHeader,
    _ path: String,
    against first: ShardHeader,
    _ firstPath: String
  ) throws {
    let difference =
      header.work.difference(from: first.work)
      ?? (header.count == first.count
        ? nil
        : ShardWork.Difference(
          field: "shards",
          found: "\(header.count)",
          expected: "\(first.count)"
        ))
    guard let difference else { return }
    throw InputError(
      .badData,
      "the shard belongs to other work than \(firstPath)",
      file: path,
      line: 1,
      field: difference.field,
      found: difference.found,
      expected: difference.expected
    )
  }
}

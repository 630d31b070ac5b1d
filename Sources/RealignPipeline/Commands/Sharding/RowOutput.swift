import RealignText

/// Writes what a reducer makes, to a file or to the standard output.
enum RowOutput {
  /// Feeds a reducer and writes its output; a file appears whole or not at all, after those beside
  /// it.
  ///
  /// - Parameters:
  ///   - path: The main file; nil prints its rows.
  ///   - feed: Gives the records, in order.
  static func write(
    to path: String?,
    _ reducer: any RowReducer,
    context: CommandContext,
    feed: (_ add: (JSONObject) throws -> Void) throws -> Void
  ) throws -> CommandOutcome {
    guard let path else {
      let result = try reduce(reducer, feed) { try context.output.row($0) }
      return try report(result, context)
    }
    var result = ReducedRows()
    try AtomicFile.write(to: path) { append in
      var buffer: [UInt8] = []
      result = try reduce(reducer, feed) { row in
        buffer += row.serializedBytes() + [0x0A]
        guard buffer.count > 1 << 16 else { return }
        try append(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
      if let document = result.document {
        buffer += document.serializedBytes(pretty: true) + [0x0A]
      }
      for companion in result.companions {
        try JSONLines.write(companion.rows, to: ShardName.base(path) + companion.ending)
      }
      try append(buffer)
    }
    return try report(result, context)
  }

  private static func reduce(
    _ reducer: any RowReducer,
    _ feed: (_ add: (JSONObject) throws -> Void) throws -> Void,
    write: (JSONValue) throws -> Void
  ) throws -> ReducedRows {
    var reducer = reducer
    try withoutActuallyEscaping(write) { write in
      try feed { record in
        if let row = try reducer.add(record) { try write(row) }
      }
    }
    let result = try reducer.finish()
    for row in result.rows { try write(row) }
    return result
  }

  private static func report(
    _ result: ReducedRows,
    _ context: CommandContext
  ) throws -> CommandOutcome {
    if let report = result.report {
      if context.isJSON {
        try context.output.row(report.json)
      } else {
        for line in report.lines { try context.output.text(line) }
      }
    }
    return result.outcome
  }
}

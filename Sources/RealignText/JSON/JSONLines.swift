/// One row of a JSON Lines file.
public struct JSONLine: Sendable, Equatable {
  /// The number of the line in its file, from 1, blank lines counted.
  public let line: Int
  /// The row.
  public let value: JSONObject

  /// A row with its place.
  public init(line: Int, value: JSONObject) {
    self.line = line
    self.value = value
  }
}

/// JSON Lines files: one object per line, UTF-8.
public enum JSONLines {
  /// All rows of a file, which may be compressed by gzip.
  ///
  /// A byte-order mark, CR LF line ends, blank lines and a last line without an end are accepted.
  ///
  /// - Throws: `InputError`: `missingInput` when the file cannot be read, `badData` with file, line
  ///   and column when a line is not a JSON object.
  public static func read(_ path: String) throws -> [JSONLine] {
    try parse(InputFile.bytes(path), file: path)
  }

  /// All rows of a text in memory.
  ///
  /// - Throws: `InputError` of kind `badData` with line and column.
  public static func parse(_ bytes: [UInt8], file: String? = nil) throws -> [JSONLine] {
    var rows: [JSONLine] = []
    for block in blocks(bytes, size: .max) {
      try forEach(bytes, block, file: file) { line, row in
        rows.append(JSONLine(line: line, value: try row()))
      }
    }
    return rows
  }

  /// The good rows of a file, and the errors of the others.
  ///
  /// - Throws: `InputError` when the file cannot be read.
  public static func readSkippingBadRows(
    _ path: String
  ) throws -> (rows: [JSONLine], errors: [InputError]) {
    var rows: [JSONLine] = []
    var errors: [InputError] = []
    let bytes = try InputFile.bytes(path)
    for block in blocks(bytes, size: .max) {
      try forEach(bytes, block, file: path) { line, row in
        do {
          rows.append(JSONLine(line: line, value: try row()))
        } catch let error as InputError {
          errors.append(error)
        }
      }
    }
    return (rows, errors)
  }

  /// Writes one value per line, each ended by LF; the file appears whole or not at all.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public static func write(_ rows: [JSONValue], to path: String) throws {
    var writer = JSONWriter(pretty: false)
    for row in rows {
      writer.write(row, depth: 0)
      writer.bytes.append(0x0A)
    }
    try AtomicFile.write(writer.bytes, to: path)
  }

  /// Whole lines of a text, without its byte-order mark.
  public struct Block: Sendable, Equatable {
    /// The bytes.
    public let range: Range<Int>
    /// The number of the first line in the text, from 1.
    public let firstLine: Int

    /// A block; its range begins and ends with a line.
    public init(range: Range<Int>, firstLine: Int) {
      self.range = range
      self.firstLine = firstLine
    }
  }

  /// A text as consecutive blocks of whole lines, to be read side by side.
  ///
  /// - Parameter size: Bytes of a block, or as many more as its last line has.
  public static func blocks(_ bytes: [UInt8], size: Int) -> [Block] {
    precondition(size > 0, "blocks of \(size) bytes")
    let span = bytes.span
    var blocks: [Block] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    while start < bytes.count {
      let isLast = bytes.count - start <= size
      let end =
        isLast
        ? bytes.count
        : min(span.firstIndex(of: 0x0A, in: start + size - 1..<bytes.count) + 1, bytes.count)
      blocks.append(Block(range: start..<end, firstLine: line))
      if end < bytes.count { line += span.count(of: 0x0A, in: start..<end) }
      start = end
    }
    return blocks
  }

  /// Calls the body with the number of each line of a block that is not blank, and a parse of it.
  ///
  /// - Throws: What the body throws; the parse throws `InputError` of kind `badData` with line and
  ///   column.
  public static func forEach(
    _ bytes: [UInt8],
    _ block: Block,
    file: String?,
    body: (_ line: Int, _ row: () throws -> JSONObject) throws -> Void
  ) throws {
    let span = bytes.span
    var parser = JSONParser(bytes: bytes, range: block.range)
    var start = block.range.lowerBound
    var line = block.firstLine - 1
    while start < block.range.upperBound {
      line += 1
      let end = span.firstIndex(of: 0x0A, in: start..<block.range.upperBound)
      let range = start..<end
      start = end + 1
      if isBlank(bytes, range) { continue }
      try body(line) {
        parser.restart(at: range)
        return try object(&parser, file: file, line: line)
      }
    }
  }

  private static func isBlank(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    for position in range {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D: continue
      default: return false
      }
    }
    return true
  }

  private static func object(
    _ parser: inout JSONParser,
    file: String?,
    line: Int
  ) throws -> JSONObject {
    let value = try parser.parse(file: file, line: line)
    guard let object = value.objectValue else {
      throw InputError(
        .badData,
        "a row is not a JSON object",
        file: file,
        line: line,
        column: 1,
        found: value.serialized(),
        expected: "an object such as {\"prompt\": …}",
        hint: value.arrayValue == nil
          ? nil : "JSON Lines has one object per line, not one list around all rows"
      )
    }
    return object
  }
}

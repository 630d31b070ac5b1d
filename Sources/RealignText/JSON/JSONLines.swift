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
    try forEach(bytes, file: file) { line, row in
      rows.append(JSONLine(line: line, value: try row()))
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
    try forEach(InputFile.bytes(path), file: path) { line, row in
      do {
        rows.append(JSONLine(line: line, value: try row()))
      } catch let error as InputError {
        errors.append(error)
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

  /// Calls the body with the number of each line that is not blank, and a parse of it.
  private static func forEach(
    _ bytes: [UInt8],
    file: String?,
    body: (Int, () throws -> JSONObject) throws -> Void
  ) throws {
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 0
    while start < bytes.count {
      line += 1
      let end = lineEnd(bytes, from: start)
      let range = start..<end
      start = end + 1
      if isBlank(bytes, range) { continue }
      try body(line) { try object(bytes, range, file: file, line: line) }
    }
  }

  private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    return end
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
    _ bytes: [UInt8],
    _ range: Range<Int>,
    file: String?,
    line: Int
  ) throws -> JSONObject {
    let value = try JSONValue.parse(bytes, range: range, file: file, line: line)
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

import RealignText

/// A row of a JSON Lines file, read strictly.
///
/// Fields a row type does not know are ignored, as other trainers ignore extra columns; fields it
/// knows must be right.
public protocol DataRow: Sendable, Equatable {
  /// The accepted shapes, as shown in errors.
  static var accepted: String { get }

  /// Reads a row.
  ///
  /// - Throws: `InputError` of kind `badData` with file, line, field, what was found and what is
  ///   accepted.
  init(_ object: JSONObject, at place: RowPlace) throws

  /// The row as it is written to a file; reading that gives the same row.
  func toJSON() -> JSONValue

  /// What no other row of the file may be called; nil when names may repeat.
  var uniqueID: String? { get }
}

/// Where a row stands.
public struct RowPlace: Sendable, Equatable {
  /// The file.
  public let file: String?
  /// The line, from 1.
  public let line: Int?

  /// A place; by default an unknown one.
  public init(file: String? = nil, line: Int? = nil) {
    self.file = file
    self.line = line
  }
}

/// A row and the line it was read from.
public struct LocatedRow<Row: DataRow>: Sendable, Equatable {
  /// The line, from 1.
  public let line: Int
  /// The row.
  public let row: Row

  /// A row at a line.
  public init(line: Int, row: Row) {
    self.line = line
    self.row = row
  }
}

extension DataRow {
  /// Names may repeat.
  public var uniqueID: String? { nil }

  /// All rows of a JSON Lines file, which may be compressed by gzip; none when it is empty.
  ///
  /// - Throws: `InputError`: `missingInput` when the file cannot be read, `badData` at the first
  ///   wrong row.
  public static func read(_ path: String) throws -> [Self] {
    try readLocated(path).map(\.row)
  }

  /// As `read(_:)`, with the line of each row.
  ///
  /// - Throws: `InputError` as `read(_:)` does.
  public static func readLocated(_ path: String) throws -> [LocatedRow<Self>] {
    try RowReader<Self>(file: path).rows()
  }

  /// Writes rows as JSON Lines; the file appears whole or not at all.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public static func write(_ rows: [Self], to path: String) throws {
    try JSONLines.write(rows.map { $0.toJSON() }, to: path)
  }
}

import RealignText

/// A command's work on rows none of which depends on another.
///
/// What a block of rows gives depends on the rows in it, the settings and the files alone: not on
/// other blocks, nor on who computes it. A command that works like this can be divided into shards,
/// and becomes so by a line in `RowWorks.all`.
protocol RowWork {
  /// The command's name.
  static var command: String { get }
  /// What its rows are, in the plural.
  static var unit: String { get }

  /// What makes the output from the records of all rows.
  ///
  /// - Parameter settings: Those of the work, maybe read back from a shard.
  static func reducer(_ settings: JSONObject) throws -> any RowReducer

  /// Rows of the whole input.
  var rowCount: Int { get }
  /// Settings that results depend on, and those that the reducer needs; numbers are finite.
  var settings: JSONObject { get }

  /// Digests of everything that is read; takes as long as reading it.
  func sources() throws -> ShardSources

  /// One record for each row of a block.
  ///
  /// - Parameter progress: Told how many rows of the block are done.
  /// - Throws: `RunInterrupted` when asked to stop.
  func records(
    _ rows: Range<Int>,
    progress: (Int) -> Void
  ) throws -> [JSONObject]
}

/// Makes a command's output from the records of all its rows, given in order.
///
/// A command that is not divided goes through the same reducer as one whose shards are merged,
/// which is why both write the same bytes.
protocol RowReducer {
  /// Takes the next record, and returns the row that it gives at once, if any.
  mutating func add(_ record: JSONObject) throws -> JSONValue?

  /// What is left to write when all records were given.
  func finish() throws -> ReducedRows
}

/// The end of an output.
struct ReducedRows {
  /// Rows after those that were given at once.
  var rows: [JSONValue] = []
  /// The whole of a file that is one object.
  var document: JSONValue?
  /// Further files beside the main one: what takes the place of its ending, and rows.
  var companions: [(ending: String, rows: [JSONValue])] = []
  /// What is printed with `--json`, and what for people.
  var report: (json: JSONValue, lines: [String])?
  /// Whether everything passed.
  var outcome = CommandOutcome.passed
}

/// The commands that can be divided into shards.
enum RowWorks {
  static var all: [any RowWork.Type] {
    [ScoreWork.self, DetectWork.self, EvaluateWork.self, CurateWork.self]
  }

  /// The work of a command's name; nil when it cannot be divided.
  static func named(_ command: String) -> (any RowWork.Type)? {
    all.first { $0.command == command }
  }
}

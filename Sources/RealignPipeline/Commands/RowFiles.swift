import RealignData
import RealignNumerics
import RealignText

/// Rows of several files with their places, in order.
enum RowFiles {
  /// All rows of all files; the first wrong one ends the reading.
  ///
  /// - Throws: `InputError` with file and line; `missingInput` for an absent file, `badData` when
  ///   there is no row at all.
  static func read<Row: DataRow>(
    _ files: [String],
    as type: Row.Type = Row.self
  ) throws -> [(place: RowPlace, row: Row)] {
    var rows: [(place: RowPlace, row: Row)] = []
    for file in files {
      for located in try Row.readLocated(file) {
        rows.append((RowPlace(file: file, line: located.line), located.row))
      }
    }
    guard !rows.isEmpty else {
      throw InputError(
        .badData,
        "there is no row",
        file: files.first,
        expected: "rows " + Row.accepted
      )
    }
    return rows
  }
}

extension RowPlace {
  /// An error of bad data at this place.
  func error(
    _ message: String,
    field: String? = nil,
    found: String? = nil,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: file,
      line: line,
      field: field,
      found: found,
      expected: expected,
      hint: hint
    )
  }
}

/// A command was asked to stop and what it wrote so far stands.
struct CommandStopped: Error, Equatable, CustomStringConvertible {
  /// Rows that are done.
  let rows: Int
  /// Whether they are printed; a file appears only when it is complete.
  var isPrinted = true

  /// A sentence for people.
  var description: String {
    "stopped after \(rows) rows; "
      + (isPrinted ? "what is printed so far is complete" : "nothing is written")
  }

  /// Ends the work here when a stop was requested.
  static func check(rows: Int) throws {
    if Interruption.isRequested { throw CommandStopped(rows: rows) }
  }
}

extension CommandContext {
  /// Applies `--threads`.
  func configureThreads() {
    if let threads { Parallel.configure(threads: threads) }
  }
}

extension JSONValue {
  /// A single-precision number with its own shortest digits.
  static func single(_ value: Float) -> JSONValue {
    .number(Double(value.description) ?? Double(value))
  }

  /// Metrics in order; later values of a name replace earlier ones.
  static func metrics(_ metrics: [(name: String, value: Double)]) -> JSONValue {
    var object = JSONObject()
    for metric in metrics { object[metric.name] = .number(metric.value) }
    return .object(object)
  }
}

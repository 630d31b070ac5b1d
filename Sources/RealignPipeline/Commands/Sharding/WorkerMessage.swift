import RealignText

/// What a worker tells the process that started it, one JSON object per line.
enum WorkerMessage: Equatable {
  /// How many rows the whole input has.
  case input(rows: Int)
  /// How many rows the worker has done.
  case done(rows: Int)
  /// Rows a second on a slice of the input, nil when there are too few rows to measure on, and how
  /// many blocks the input has.
  case speed(rowsPerSecond: Double?, blocks: Int)

  var json: JSONValue {
    switch self {
    case .input(let rows): return ["input_rows": .integer(rows)]
    case .done(let rows): return ["done_rows": .integer(rows)]
    case .speed(let rate, let blocks):
      return [
        "rows_per_second": rate.map { .number($0) } ?? .null, "blocks": .integer(blocks),
      ]
    }
  }

  /// nil when the line is none of these.
  init?(line: String) {
    guard let json = try? JSONValue.parse(line) else { return nil }
    if let rows = json["input_rows"]?.intValue {
      self = .input(rows: rows)
    } else if let rows = json["done_rows"]?.intValue {
      self = .done(rows: rows)
    } else if let blocks = json["blocks"]?.intValue, blocks >= 0 {
      self = .speed(rowsPerSecond: json["rows_per_second"]?.doubleValue, blocks: blocks)
    } else {
      return nil
    }
  }
}

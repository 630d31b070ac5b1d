import Foundation
import RealignText

/// The rows of a run, as `--save` writes and `--compare` reads them.
public struct SavedReport: Sendable {
  /// The processor that they were measured on.
  public var processor: String
  /// The rate of large matrix products in the same run, GFLOPS: what noise of the machine as a
  /// whole cancels against.
  public var yardstick: Double
  /// The figures.
  public var rows: [BenchmarkRow]

  /// A report.
  public init(processor: String, yardstick: Double, rows: [BenchmarkRow]) {
    self.processor = processor
    self.yardstick = yardstick
    self.rows = rows
  }

  /// Reads a file that `--save` wrote.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(
        .missingInput,
        "cannot read the saved figures",
        file: path,
        hint: "realign bench --save FILE writes them"
      )
    }
    let json = try JSONValue.parse([UInt8](data), file: path, line: nil)
    guard json["format"]?.stringValue == Self.format else {
      throw InputError(
        .badData,
        "not a file of saved figures",
        file: path,
        field: "format",
        found: json["format"]?.serialized() ?? "nothing",
        expected: Self.format
      )
    }
    guard let yardstick = json["yardstick_gflops"]?.doubleValue, yardstick > 0 else {
      throw InputError(
        .badData,
        "a yardstick must be a positive number",
        file: path,
        field: "yardstick_gflops",
        found: json["yardstick_gflops"]?.serialized() ?? "nothing"
      )
    }
    let items = json["rows"]?.arrayValue ?? []
    rows = try items.enumerated().map { index, item in
      guard let row = BenchmarkRow(json: item) else {
        throw InputError(
          .badData,
          "a figure needs name, unit, value, best, spread and samples",
          file: path,
          field: "rows[\(index)]",
          found: item.serialized()
        )
      }
      return row
    }
    processor = json["processor"]?.stringValue ?? ""
    self.yardstick = yardstick
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func save(to path: String) throws {
    let json: JSONValue = [
      "format": .string(Self.format), "processor": .string(processor),
      "yardstick_gflops": .number(yardstick), "rows": .array(rows.map(\.json)),
    ]
    try AtomicFile.write(json.serialized(pretty: true) + "\n", to: path)
  }

  private static let format = "realign-bench-1"
}

import Foundation
import RealignText

/// `realign seeds`: the same run with several seeds, and their figures side by side.
public enum SeedsCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Where the settings come from.
    public var sources: ConfigurationSources
    /// One run each.
    public var seeds: [UInt64]
    /// Directory of the runs; each is `atlas-SEED` in it.
    public var directory: String
    /// What to do with runs that are there already.
    public var existing: RunDirectory.ExistingRun

    /// The options of one call.
    public init(
      sources: ConfigurationSources,
      seeds: [UInt64],
      directory: String,
      existing: RunDirectory.ExistingRun
    ) {
      self.sources = sources
      self.seeds = seeds
      self.directory = directory
      self.existing = existing
    }
  }

  /// Trains with each seed and prints a table of the final gates.
  ///
  /// - Throws: what training throws.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    try run(options, context: context) { try TrainCommand.run($0, context: $1) }
  }

  /// The same with the training as a parameter.
  static func run(
    _ options: Options,
    context: CommandContext,
    train: (TrainCommand.Options, CommandContext) throws -> CommandOutcome
  ) throws -> CommandOutcome {
    var table = SeedTable()
    var outcome = CommandOutcome.passed
    for seed in options.seeds {
      let path = options.directory + "/atlas-\(seed)"
      var sources = options.sources
      sources.flags.append(FlagValue(key: "seed", flag: "--seeds", text: "\(seed)"))
      var inner = context
      inner.output = CollectedOutput()
      inner.seed = seed
      let result = try train(
        TrainCommand.Options(
          sources: sources,
          runDirectory: path,
          from: nil,
          to: nil,
          existing: options.existing
        ),
        inner
      )
      if result == .notPassed { outcome = .notPassed }
      try table.add(seed: seed, gatesFile: path + "/gates.json")
    }
    if context.isJSON {
      try context.output.row(table.json)
    } else {
      for line in table.lines { try context.output.text(line) }
    }
    return outcome
  }
}

/// The final gates of several runs side by side.
struct SeedTable {
  private struct Row {
    var name: String
    var rule: String
    var cells: [UInt64: (estimate: Double?, verdict: String)] = [:]
  }

  private var seeds: [UInt64] = []
  private var rows: [Row] = []

  /// Reads the gates of a run; a gate of the last stage replaces an earlier one of its name.
  mutating func add(seed: UInt64, gatesFile path: String) throws {
    seeds.append(seed)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(.missingInput, "the run wrote no gates", file: path)
    }
    let gates = try JSONValue.parse([UInt8](data), file: path, line: nil).arrayValue ?? []
    for gate in gates {
      guard let name = gate["name"]?.stringValue, let verdict = gate["verdict"]?.stringValue
      else { throw InputError(.badData, "a gate without name or verdict", file: path) }
      if !rows.contains(where: { $0.name == name }) {
        let threshold = gate["threshold"]?.doubleValue.map { Self.fixed($0) } ?? ""
        rows.append(
          Row(name: name, rule: "\(gate["operator"]?.stringValue ?? "") \(threshold)")
        )
      }
      guard let index = rows.firstIndex(where: { $0.name == name }) else { continue }
      rows[index].cells[seed] = (gate["estimate"]?.doubleValue, verdict)
    }
  }

  /// The table for people.
  var lines: [String] {
    let cells =
      [["gate", "rule"] + seeds.map { "seed \($0)" }]
      + rows.map { row in
        [row.name, row.rule]
          + seeds.map { seed in
            guard let cell = row.cells[seed] else { return "-" }
            return (cell.estimate.map(Self.fixed) ?? "-") + " " + cell.verdict
          }
      }
    let widths = (0..<(seeds.count + 2)).map { column in
      cells.map { $0[column].count }.max() ?? 0
    }
    return cells.map { row in
      let padded = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: width - text.count)
      }
      return padded.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }
  }

  /// The table as one object.
  var json: JSONValue {
    [
      "seeds": .array(seeds.map { .integer($0) }),
      "gates": .array(
        rows.map { row -> JSONValue in
          [
            "name": .string(row.name),
            "runs": .array(
              seeds.map { seed -> JSONValue in
                [
                  "seed": .integer(seed),
                  "estimate": row.cells[seed]?.estimate.map { JSONValue.number($0) } ?? .null,
                  "verdict": row.cells[seed].map { JSONValue.string($0.verdict) } ?? .null,
                ]
              }
            ),
          ]
        }
      ),
    ]
  }

  /// Four decimals, without the locale.
  private static func fixed(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "-" }
    let scaled = Int((abs(value) * 10_000).rounded())
    let fraction = "\(scaled % 10_000)"
    let zeros = String(repeating: "0", count: 4 - fraction.count)
    return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 10_000).\(zeros)\(fraction)"
  }
}

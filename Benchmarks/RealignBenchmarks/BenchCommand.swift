import Foundation
import RealignNumerics
import RealignPipeline
import RealignText

/// `realign bench`: measures this machine.
public enum BenchCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Benchmarks by name; empty runs all.
    public var names: [String]
    /// Sizes of what is measured.
    public var sizes: BenchmarkContext
    /// Where the figures are saved.
    public var save: String?
    /// Saved figures to compare with.
    public var compare: String?

    /// Options.
    public init(
      names: [String],
      sizes: BenchmarkContext,
      save: String? = nil,
      compare: String? = nil
    ) {
      self.names = names
      self.sizes = sizes
      self.save = save
      self.compare = compare
    }
  }

  /// Measures and prints; `.notPassed` when something is slower than in the saved figures.
  ///
  /// - Throws: `InputError` for unknown names and unreadable files, `BenchmarkError`.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    let benchmarks =
      try options.names.isEmpty
      ? Benchmarks.all : options.names.map(benchmark(named:))
    let old = try options.compare.map { try SavedReport(path: $0) }
    #if DEBUG
      context.progress.warn("this is a debug build; its figures mean nothing")
    #endif
    Parallel.configure(threads: options.sizes.threads)
    var sizes = options.sizes
    sizes.announce = { context.progress.note("measuring " + $0) }
    var fields: JSONObject = ["device": Device.json]
    var rows: [BenchmarkRow] = []
    var notes: [String] = []
    // The yardstick before and after, so that a machine that slows down in between shows.
    let before = try GEMMBenchmark.peak()
    for benchmark in benchmarks {
      let result = try benchmark.run(sizes)
      rows += result.rows
      notes += result.notes
      for key in result.fields.keys { fields[key] = result.fields[key] }
    }
    Parallel.configure(threads: options.sizes.threads)
    let after = try GEMMBenchmark.peak()
    if abs(after / before - 1) > 0.1 {
      context.progress.warn(
        "the machine is not quiet: matrix products ran at \(figure(before)) GFLOPS before and at "
          + "\(figure(after)) after"
      )
    }
    let report = SavedReport(
      processor: MachineInformation.processor,
      yardstick: max(before, after),
      rows: rows
    )
    if let path = options.save { try report.save(to: path) }
    let changes = old.map { Comparison.compare(report, with: $0) } ?? []
    if let old, old.processor != report.processor {
      context.progress.warn("the saved figures are of another processor: \(old.processor)")
    }
    try show(rows, notes: notes, changes: changes, fields: fields, context: context)
    return changes.contains { $0.verdict == .regression } ? .notPassed : .passed
  }

  private static func benchmark(named name: String) throws -> any Benchmark {
    guard let found = Benchmarks.named(name) else {
      throw InputError(
        .usage,
        "no such benchmark",
        found: name,
        expected: Benchmarks.all.map(\.name).joined(separator: ", ")
      )
    }
    return found
  }

  private static func show(
    _ rows: [BenchmarkRow],
    notes: [String],
    changes: [Comparison],
    fields: JSONObject,
    context: CommandContext
  ) throws {
    guard !context.isJSON else {
      var fields = fields
      fields["rows"] = .array(rows.map(\.json))
      if !changes.isEmpty {
        fields["comparison"] = .array(
          changes.map {
            [
              "name": .string($0.name), "ratio": .number($0.ratio),
              "tolerance": .number($0.tolerance), "verdict": .string($0.verdict.rawValue),
            ]
          }
        )
      }
      return try context.output.row(.object(fields))
    }
    let width = min(58, rows.map(\.name.count).max() ?? 0)
    for row in rows {
      let name = row.name.padding(toLength: max(width, row.name.count), withPad: " ", startingAt: 0)
      let noise = "± \(Int((50 * row.spread).rounded())) %"
      try context.output.text("\(name)  \(figure(row.value)) \(row.unit)  \(noise)")
    }
    for note in notes { try context.output.text(note) }
    for change in changes where change.verdict != .same {
      try context.output.text("\(change.verdict.rawValue): \(change.name) ×\(figure(change.ratio))")
    }
    if !changes.isEmpty, changes.allSatisfy({ $0.verdict == .same }) {
      try context.output.text("\(changes.count) figures within the noise of the saved ones")
    }
  }

  /// Three significant digits.
  static func figure(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "-" }
    if value >= 100 { return String(Int(value.rounded())) }
    return String(format: value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value)
  }
}

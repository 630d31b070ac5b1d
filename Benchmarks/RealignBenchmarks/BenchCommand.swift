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
    /// Where the figures are saved; a calibration in place of its usual file.
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
      ? Benchmarks.single : options.names.map(benchmark(named:))
    try requireTraining(options, context.group)
    let calibrates = benchmarks.contains { $0 is CalibrationBenchmark }
    let old = try options.compare.map { try SavedReport(path: $0) }
    #if DEBUG
      context.progress.warn("this is a debug build; its figures mean nothing")
    #endif
    Parallel.configure(threads: options.sizes.threads)
    var sizes = options.sizes
    sizes.group = context.group
    sizes.announce = { context.progress.note("measuring " + $0) }
    // The yardstick before and after, so that a machine that slows down in between shows.
    let peak = try PeakRate()
    let before = peak.chosen
    let isKept = !calibrates && (options.save ?? options.compare) != nil
    var run = try BenchmarkRun(benchmarks, sizes, rounds: isKept ? BenchmarkRun.keptRounds : 1)
    Parallel.configure(threads: options.sizes.threads)
    let after = try peak.now()
    if abs(after / before - 1) > 0.1 {
      context.progress.warn(
        "the machine is not quiet: matrix products ran at \(figure(before)) GFLOPS before and at "
          + "\(figure(after)) after"
      )
    }
    var report = SavedReport(
      processor: MachineInformation.processor,
      yardstick: max(before, after),
      rows: run.rows
    )
    let changes = try old.map { old in
      try Comparison.confirmed(&report, with: old) { try run.again($0, sizes) }
    }
    run.rows = report.rows
    run.warn(context.progress)
    if calibrates {
      try Calibrations.save(run.fields, sizes, to: options.save, context: context)
    } else if let path = options.save {
      try report.save(to: path)
    }
    if let old, old.processor != report.processor {
      context.progress.warn("the saved figures are of another processor: \(old.processor)")
    }
    try BenchmarkOutput(context: context).show(run, changes: changes ?? [])
    return outcome(changes ?? [])
  }

  /// What the command ends with.
  static func outcome(_ changes: [Comparison]) -> CommandOutcome {
    changes.contains { $0.verdict == .regression } ? .notPassed : .passed
  }

  /// Refuses what makes no sense as one of several ranks.
  private static func requireTraining(_ options: Options, _ group: any ProcessGroup) throws {
    guard group.size > 1 else { return }
    let isAlone = options.names == ["training"] && !options.sizes.sweeps
    guard isAlone, options.save == nil, options.compare == nil else {
      throw InputError(
        .usage,
        "\(group.size) ranks measure training only, without --sweep, --save and --compare",
        found: options.names.isEmpty ? "all benchmarks" : options.names.joined(separator: ", "),
        expected: "training"
      )
    }
    guard options.sizes.pairs.isMultiple(of: group.size) else {
      throw InputError(
        .usage,
        "the ranks share the pairs of a step evenly",
        field: "--pairs",
        found: "\(options.sizes.pairs)",
        expected: "a multiple of \(group.size)"
      )
    }
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

  /// Three significant digits.
  static func figure(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "-" }
    if value >= 100 { return String(Int(value.rounded())) }
    return String(format: value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value)
  }
}

/// What the benchmarks of one command found.
struct BenchmarkRun {
  var rows: [BenchmarkRow] = []
  var notes: [String] = []
  var fields: JSONObject = ["device": Device.json]
  /// The names of the figures of each benchmark.
  private var sources: [(benchmark: any Benchmark, names: Set<String>)] = []

  /// How often figures are measured that are saved or compared: neighbours in a shared cache come
  /// and go within minutes.
  static let keptRounds = 3

  /// Runs benchmarks one after the other, all of them again in each round.
  init(_ benchmarks: [any Benchmark], _ context: BenchmarkContext, rounds: Int = 1) throws {
    for benchmark in benchmarks {
      let result = try Self.measured(benchmark, context)
      rows += result.rows
      notes += result.notes
      for key in result.fields.keys { fields[key] = result.fields[key] }
      sources.append((benchmark, Set(result.rows.map(\.name))))
    }
    let names = Set(rows.map(\.name))
    let later = try (1..<max(rounds, 1)).flatMap { try round($0, of: names, context) }
    rows = Self.merged(rows, later)
  }

  /// Measures some figures once more, in as many rounds as at first.
  func again(
    _ names: Set<String>,
    _ context: BenchmarkContext,
    rounds: Int = keptRounds
  ) throws -> [BenchmarkRow] {
    let first = try round(1, of: names, context)
    return Self.merged(first, try (1..<rounds).flatMap { _ in try round(1, of: names, context) })
  }

  private func round(
    _ number: Int,
    of names: Set<String>,
    _ context: BenchmarkContext
  ) throws -> [BenchmarkRow] {
    var context = context
    context.round = number
    return try sources.flatMap { source -> [BenchmarkRow] in
      let wanted = source.names.intersection(names)
      guard !wanted.isEmpty else { return [] }
      context.only = wanted
      return try Self.measured(source.benchmark, context).rows.filter { wanted.contains($0.name) }
    }
  }

  /// The figures of a first round, each with those of its name in later ones.
  private static func merged(_ first: [BenchmarkRow], _ later: [BenchmarkRow]) -> [BenchmarkRow] {
    first.map { row in BenchmarkRow(rounds: [row] + later.filter { $0.name == row.name }) }
  }

  /// Says how much of the machine other programs took, where that matters.
  func warn(_ progress: any ProgressReporter) {
    let share = rows.compactMap(\.othersShare).max() ?? 0
    guard share > Comparison.disturbance else { return }
    progress.warn(
      "other programs took \(Int((100 * share).rounded())) % of the processors; "
        + "figures are lower than on a quiet machine"
    )
  }

  /// Runs a benchmark; its figures say how much of the machine others took meanwhile.
  private static func measured(
    _ benchmark: any Benchmark,
    _ context: BenchmarkContext
  ) throws -> BenchmarkResult {
    let start = ProcessorTimes.current
    var result = try benchmark.run(context)
    let share = zip(start, ProcessorTimes.current).map { $1.othersShare(since: $0) }
    for index in result.rows.indices { result.rows[index].othersShare = share }
    return result
  }

  private static func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    if let a, let b { (a, b) } else { nil }
  }
}

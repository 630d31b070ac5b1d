import RealignText

/// One measured figure; higher is better.
public struct BenchmarkRow: Sendable, Equatable {
  /// What was measured, unique in a report, for example `gemm 512x512x512`.
  public var name: String
  /// The unit of `value`, for example `GFLOPS`.
  public var unit: String
  /// The figure at the median time.
  public var value: Double
  /// The figure at the best time.
  public var best: Double
  /// Distance of the quartiles of the times over their median.
  public var spread: Double
  /// Number of measurements.
  public var samples: Int

  /// A figure that is an amount of work over a time.
  ///
  /// - Parameter work: Units of `unit` times seconds, for example 1e9 floating-point operations.
  public init(_ name: String, unit: String, work: Double, timing: Timing) {
    self.name = name
    self.unit = unit
    value = work / timing.median
    best = work / timing.best
    spread = timing.spread
    samples = timing.seconds.count
  }

  /// Reads a row of a saved report.
  init?(json: JSONValue) {
    guard let name = json["name"]?.stringValue, let unit = json["unit"]?.stringValue,
      let value = json["value"]?.doubleValue, let best = json["best"]?.doubleValue,
      let spread = json["spread"]?.doubleValue, let samples = json["samples"]?.intValue,
      value > 0, spread >= 0
    else { return nil }
    self.name = name
    self.unit = unit
    self.value = value
    self.best = best
    self.spread = spread
    self.samples = samples
  }

  var json: JSONValue {
    [
      "name": .string(name), "unit": .string(unit), "value": .number(value),
      "best": .number(best), "spread": .number(spread), "samples": .integer(samples),
    ]
  }
}

/// What a benchmark found.
public struct BenchmarkResult: Sendable {
  /// The figures.
  public var rows: [BenchmarkRow]
  /// Fields of the JSON output beside the rows.
  public var fields: JSONObject
  /// Remarks for people.
  public var notes: [String]

  /// A result.
  public init(rows: [BenchmarkRow], fields: JSONObject = JSONObject(), notes: [String] = []) {
    self.rows = rows
    self.fields = fields
    self.notes = notes
  }
}

/// What every benchmark is given.
public struct BenchmarkContext: Sendable {
  /// Threads to use.
  public var threads: Int
  /// The shape of the model, where one is used.
  public var shape: ModelShape
  /// Tokens of a prompt.
  public var promptTokens: Int
  /// Tokens of a completion.
  public var completionTokens: Int
  /// Preference pairs of a training step.
  public var pairs: Int
  /// Rank of the adapter; nil trains all weights.
  public var rank: Int?
  /// Whether sizes are varied, to show what grows how.
  public var sweeps: Bool
  /// Rows of `text` that stand for those of the user; nil generates some.
  public var dataFile: String?
  /// The folder of the tokenizer of `text`; nil trains one.
  public var modelDirectory: String?
  /// Receives the name of what is measured next.
  public var announce: @Sendable (String) -> Void

  /// Defaults: the figures of P1 in the design.
  public init(
    threads: Int,
    shape: ModelShape = .tiny,
    promptTokens: Int = 384,
    completionTokens: Int = 48,
    pairs: Int = 2,
    rank: Int? = 16,
    sweeps: Bool = false,
    dataFile: String? = nil,
    modelDirectory: String? = nil,
    announce: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.threads = threads
    self.shape = shape
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.pairs = pairs
    self.rank = rank
    self.sweeps = sweeps
    self.dataFile = dataFile
    self.modelDirectory = modelDirectory
    self.announce = announce
  }
}

/// A suite of measurements: validates what it times, then times it.
public protocol Benchmark: Sendable {
  /// Its name on the command line.
  var name: String { get }
  /// One line for the help.
  var summary: String { get }
  /// Measures.
  ///
  /// - Throws: `InputError` for settings that cannot be measured, `BenchmarkError` when a result
  ///   is wrong: a wrong kernel is not timed.
  func run(_ context: BenchmarkContext) throws -> BenchmarkResult
}

/// Why a benchmark gave no figures.
public enum BenchmarkError: Error, CustomStringConvertible {
  /// What was to be timed computes something else.
  case wrongResult(String)

  /// A sentence for people.
  public var description: String {
    switch self {
    case .wrongResult(let what): return "not timed, because its result is wrong: \(what)"
    }
  }
}

/// All benchmarks; adding one is a file and a line here.
public enum Benchmarks {
  /// In the order of the help.
  public static let all: [any Benchmark] = [
    GEMMBenchmark(),
    MemoryBenchmark(),
    TextBenchmark(),
    ScoringBenchmark(),
    TrainingBenchmark(),
    GenerationBenchmark(),
  ]

  /// A benchmark by name.
  public static func named(_ name: String) -> (any Benchmark)? {
    all.first { $0.name == name }
  }
}

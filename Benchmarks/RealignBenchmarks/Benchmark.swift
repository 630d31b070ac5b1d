import RealignNumerics
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
  /// The figure over that of a yardstick timed beside it; nil where none was.
  public var relative: Relative?
  /// Share of all processors that other programs took meanwhile; nil where the system does not
  /// tell.
  public var othersShare: Double?
  /// What else there is to say about the figure; not saved.
  public var remark = ""

  /// A figure over a yardstick's.
  public struct Relative: Sendable, Equatable {
    /// The yardstick's name.
    public var yardstick: String
    /// The median of the quotients.
    public var value: Double
    /// The quotient of the best of both.
    public var best: Double
    /// Distance of the quartiles of the quotients over their median.
    public var spread: Double
  }

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
    relative = timing.pairing.map { pairing in
      let scale = work / pairing.work
      return Relative(
        yardstick: pairing.yardstick,
        value: scale * Quantiles.median(pairing.quotients),
        best: scale * pairing.seconds[0] / timing.best,
        spread: Quantiles.spread(pairing.quotients)
      )
    }
  }

  /// One figure of several rounds: the median of them, and as spread whichever is larger, that
  /// within the rounds or the distance between their extremes.
  ///
  /// - Precondition: There is at least one round.
  init(rounds: [BenchmarkRow]) {
    precondition(!rounds.isEmpty, "no round")
    self = rounds[0]
    guard rounds.count > 1 else { return }
    func median(_ value: (BenchmarkRow) -> Double) -> Double {
      Quantiles.median(rounds.map(value).sorted())
    }
    func range(_ values: [Double]) -> Double {
      ((values.max() ?? 0) - (values.min() ?? 0)) / Quantiles.median(values.sorted())
    }
    value = median(\.value)
    best = rounds.map(\.best).max() ?? best
    spread = max(median(\.spread), range(rounds.map(\.value)))
    samples = rounds.reduce(0) { $0 + $1.samples }
    othersShare = rounds.compactMap(\.othersShare).max()
    let relatives = rounds.compactMap(\.relative)
    guard relatives.count == rounds.count else { return }
    relative?.value = Quantiles.median(relatives.map(\.value).sorted())
    relative?.best = Quantiles.median(relatives.map(\.best).sorted())
    relative?.spread = max(
      Quantiles.median(relatives.map(\.spread).sorted()),
      range(relatives.map(\.value))
    )
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
    othersShare = json["others_share"]?.doubleValue
    guard let item = json["relative"] else { return }
    guard let relative = Relative(json: item) else { return nil }
    self.relative = relative
  }

  var json: JSONValue {
    var fields: JSONObject = [
      "name": .string(name), "unit": .string(unit), "value": .number(value),
      "best": .number(best), "spread": .number(spread), "samples": .integer(samples),
    ]
    if let relative { fields["relative"] = relative.json }
    if let othersShare { fields["others_share"] = .number(othersShare) }
    return .object(fields)
  }
}

extension BenchmarkRow.Relative {
  init?(json: JSONValue) {
    guard let yardstick = json["yardstick"]?.stringValue,
      let value = json["value"]?.doubleValue, let best = json["best"]?.doubleValue,
      let spread = json["spread"]?.doubleValue, value > 0, best > 0, spread >= 0
    else { return nil }
    self.init(yardstick: yardstick, value: value, best: best, spread: spread)
  }

  var json: JSONValue {
    [
      "yardstick": .string(yardstick), "value": .number(value), "best": .number(best),
      "spread": .number(spread),
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
  /// Whether kernels are measured on all threads and large data only, and for a shorter time.
  public var isShort = false
  /// Which repetition of the whole this is, from 0; later ones need not check again what they time.
  public var round = 0
  /// Names of the only figures that are wanted; nil for all.
  ///
  /// A benchmark may give others too.
  public var only: Set<String>?
  /// Rows of `text` that stand for those of the user; nil generates some.
  public var dataFile: String?
  /// The folder of the tokenizer of `text`; nil trains one.
  public var modelDirectory: String?
  /// The ranks that train together in `training`; each takes an equal share of the pairs.
  public var group: any ProcessGroup = SingleProcess()
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

  /// Whether the figure of a name is to be measured.
  public func wants(_ name: String) -> Bool { only?.contains(name) ?? true }
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
  public static let all: [any Benchmark] = single + [CalibrationBenchmark()]

  /// What runs without a name: all but those that repeat others.
  public static let single: [any Benchmark] = [
    GEMMBenchmark(),
    MemoryBenchmark(),
    KernelsBenchmark(),
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

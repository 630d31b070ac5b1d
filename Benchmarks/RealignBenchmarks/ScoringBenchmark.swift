import RealignModels
import RealignText

/// Log-probabilities of four completions per prompt, the prompt computed once.
public struct ScoringBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "scoring"
  /// One line for the help.
  public let summary = "log-probabilities of four completions per prompt, by batch size"

  /// A benchmark.
  public init() {}

  /// Candidates of a prompt.
  static let each = 4
  /// Prompts scored in one pass.
  static let batchSizes = [1, 2, 4, 8, 16, 32]

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    let rows = BenchmarkRows(context: context)
    let model = rows.model()
    let work = Work(shape: context.shape).forward(
      tokens: context.promptTokens + Self.each * context.completionTokens,
      attended: Work.attended(
        prompt: context.promptTokens,
        completion: context.completionTokens,
        branches: Self.each
      ),
      headTokens: Self.each * context.completionTokens
    )
    try check(model, rows)
    let peak = try PeakRate()
    var peaks = [try peak.now()]
    var results: [BenchmarkRow] = []
    var table: [JSONValue] = []
    for size in context.sweeps ? Self.batchSizes : [1, 8] {
      context.announce("scoring, \(size) prompts at a time")
      let data = rows.candidates(prompts: size, each: Self.each)
      let timing = Stopwatch.measure(runs: 3...50, seconds: 1, beside: .product) {
        _ = model.score(
          prompts: data.prompts,
          candidates: data.candidates,
          rowsPerPass: .max
        )
      }
      let row = BenchmarkRow(
        "scoring \(context.shape.name) batch \(size)",
        unit: "examples/s",
        work: Double(size * Self.each),
        timing: timing
      )
      results.append(row)
      let rate = work / 1e9 * row.value / Double(Self.each)
      let before = peaks[peaks.count - 1]
      peaks.append(try peak.now())
      let beside = (before + peaks[peaks.count - 1]) / 2
      table.append([
        "batch_size": .integer(size), "examples_per_second": .number(row.value),
        "model_gflops": .number(rate), "fraction_of_peak": .number(rate / beside),
      ])
    }
    let best = results.enumerated().max { $0.element.value < $1.element.value }?.offset ?? 0
    return BenchmarkResult(
      rows: results,
      fields: [
        "shape": .string(context.shape.name), "scoring": .array(table),
        "peak_gflops": .number(Quantiles.median(peaks.sorted())),
        "recommended_batch_size": table[best]["batch_size"] ?? .null,
      ]
    )
  }

  /// The shared computation must give what the unshared gives.
  private func check(_ model: LanguageModel, _ rows: BenchmarkRows) throws {
    let data = rows.candidates(prompts: 1, each: 2)
    let shared = model.score(prompts: data.prompts, candidates: data.candidates)[0]
    // One at a time: sequences that are scored together share what they begin with.
    let alone = data.candidates[0].flatMap {
      model.score([
        TokenSequence(ids: data.prompts[0] + $0, completionStart: data.prompts[0].count)
      ])
    }
    for (a, b) in zip(shared, alone) {
      guard abs(a.sum - b.sum) <= 1e-4 * max(1, abs(b.sum)) else {
        throw BenchmarkError.wrongResult("shared prompt \(a.sum), alone \(b.sum)")
      }
    }
  }
}

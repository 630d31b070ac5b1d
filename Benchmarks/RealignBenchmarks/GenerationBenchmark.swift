import RealignModels
import RealignText

/// Greedy generation for several prompts at once.
public struct GenerationBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "generation"
  /// One line for the help.
  public let summary = "greedy tokens per second, by prompts at a time"

  /// A benchmark.
  public init() {}

  /// New tokens of a response.
  static let newTokens = 64

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    let rows = BenchmarkRows(context: context)
    let model = rows.model()
    var results: [BenchmarkRow] = []
    var table: [JSONValue] = []
    for size in context.sweeps ? [1, 2, 4, 8, 16, 32, 64] : [1, 16] {
      context.announce("generation, \(size) prompts at a time")
      let prompts = (0..<size).map { rows.ids(context.promptTokens, name: "prompt/\($0)") }
      // Without an end token every response has all its tokens.
      let generator = Generator(
        model: model,
        options: GenerationOptions(maximumNewTokens: Self.newTokens, batchSize: size)
      )
      var tokens = 0
      let timing = try Stopwatch.measure(runs: 3...20, seconds: 1, beside: .product) {
        tokens = try generator.generate(prompts).reduce(0) { $0 + $1.ids.count }
      }
      guard tokens == size * Self.newTokens else {
        throw BenchmarkError.wrongResult("\(tokens) tokens, not \(size * Self.newTokens)")
      }
      let row = BenchmarkRow(
        "generation \(context.shape.name) prompts \(size)",
        unit: "tokens/s",
        work: Double(tokens),
        timing: timing
      )
      results.append(row)
      table.append([
        "name": .string(row.name), "prompts": .integer(size),
        "tokens_per_second": .number(row.value),
      ])
    }
    return BenchmarkResult(
      rows: results,
      fields: [
        "shape": .string(context.shape.name),
        "generation": .array(table),
      ]
    )
  }
}

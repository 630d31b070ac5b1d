import RealignEvaluation
import RealignModels

/// Runs the capability suites of a model.
struct CapabilityMeter {
  let suites: [CapabilitySuite]
  let batchSize: Int

  /// Per suite, whether each item was answered exactly.
  func measure(_ text: TextModel) throws -> [[Bool]] {
    try suites.indices.map { try measure(text, suite: $0, items: suites[$0].items.indices) }
  }

  /// Whether each of some items of a suite was answered exactly.
  func measure(_ text: TextModel, suite number: Int, items: Range<Int>) throws -> [Bool] {
    let suite = suites[number]
    let longest = suite.items.map { text.promptIDs($0.answer).count + 1 }.max() ?? 1
    let results = try text.generate(
      suite.items[items].map(\.prompt),
      options: GenerationOptions(maximumNewTokens: longest + 4, batchSize: batchSize)
    ) { _ in try Interruption.check("while measuring capabilities") }
    return zip(suite.items[items], results).map { item, result in
      result.tokens.finishReason == .stop
        && Self.trimmed(result.text) == Self.trimmed(item.answer)
    }
  }

  /// Both measurements of every suite, item by item, for the paired test.
  func paired(baseline: [[Bool]], final: [[Bool]]) -> [PairedBenchmark] {
    suites.indices.map { index in
      PairedBenchmark(
        name: suites[index].name,
        chance: suites[index].chance,
        baseline: baseline[index].map { $0 ? 1 : 0 },
        final: final[index].map { $0 ? 1 : 0 },
        clusters: suites[index].items.map(\.group)
      )
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

import RealignModels
import RealignNumerics

/// One tokenised preference pair.
public struct PreferenceExample: Sendable, Equatable {
  /// Tokens of the prompt.
  public var prompt: [Int32]
  /// Tokens of the preferred answer.
  public var chosen: [Int32]
  /// Tokens of the other answer.
  public var rejected: [Int32]
  /// Which chosen tokens take part in the preference; nil for all.
  public var chosenMask: [Bool]?
  /// Which rejected tokens take part in the preference; nil for all.
  public var rejectedMask: [Bool]?

  /// Creates a pair.
  ///
  /// - Precondition: The answers are not empty; a mask has one entry per token and selects one.
  public init(
    prompt: [Int32],
    chosen: [Int32],
    rejected: [Int32],
    chosenMask: [Bool]? = nil,
    rejectedMask: [Bool]? = nil
  ) {
    precondition(!prompt.isEmpty && !chosen.isEmpty && !rejected.isEmpty, "an empty part")
    for (mask, tokens) in [(chosenMask, chosen), (rejectedMask, rejected)] {
      precondition(
        mask.map { $0.count == tokens.count && $0.contains(true) } ?? true,
        "a mask of \(mask?.count ?? 0) for \(tokens.count) tokens"
      )
    }
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
    self.chosenMask = chosenMask
    self.rejectedMask = rejectedMask
  }

  /// Rows of the packed pair; the prompt counts once.
  public var tokenCount: Int { prompt.count + chosen.count + rejected.count }

  var selectedChosen: Int { chosenMask?.filter { $0 }.count ?? chosen.count }
  var selectedRejected: Int { rejectedMask?.filter { $0 }.count ?? rejected.count }
}

/// Log-probabilities of the reference for every pair, computed once before training.
public struct ReferenceLogProbabilities: Sendable {
  /// Per pair, Σ over the selected chosen tokens, each with its weight.
  public let chosen: [Double]
  /// Per pair, Σ over the selected rejected tokens, each with its weight.
  public let rejected: [Double]
  /// Whether all were in the cache.
  public let areStored: Bool

  /// Scores all pairs with a model; each prompt is computed once for both answers.
  ///
  /// - Parameters:
  ///   - ldAlpha: Weight of the tokens beyond the length of a pair's shorter answer; nil means 1.
  ///   - cache: Where the results of earlier runs with this model are; nil computes.
  ///   - group: Ranks that share out the pairs.
  /// - Throws: `ProcessGroupError`, with several ranks only.
  public init(
    _ examples: [PreferenceExample],
    model: LanguageModel,
    ldAlpha: Double? = nil,
    cache: ReferenceCache? = nil,
    over group: any ProcessGroup = SingleProcess(),
    progress: (Int) -> Void = { _ in }
  ) throws {
    // The exact number, not its shortest decimal.
    let tail = ldAlpha.map { "\($0.bitPattern)" } ?? "1"
    let (sums, areStored) = try ReferenceCache.values(
      cache,
      group: group,
      of: "pairs, chosen and rejected by turns, weight beyond the shorter \(tail)",
      count: 2 * examples.count,
      rows: { digest in for example in examples { digest.append(example) } },
      computing: {
        try Self.sums(examples, model: model, ldAlpha: ldAlpha, group: group, progress: progress)
      }
    )
    chosen = stride(from: 0, to: sums.count, by: 2).map { sums[$0] }
    rejected = stride(from: 1, to: sums.count, by: 2).map { sums[$0] }
    self.areStored = areStored
  }

  /// Chosen and rejected by turns.
  private static func sums(
    _ examples: [PreferenceExample],
    model: LanguageModel,
    ldAlpha: Double?,
    group: any ProcessGroup,
    progress: (Int) -> Void
  ) throws -> [Double] {
    let activations = Activations(training: false)
    let passes = LanguageModel.passes(examples.map(\.tokenCount), rowsPerPass: 4096)
    return try group.values(passes, passing: model, progress: progress) { range in
      let batch = PreferenceBatch(examples[range], ldAlpha: ldAlpha)
      let statistics = model.statistics(batch.packed, activations: activations)
      return (0..<range.count).flatMap { pair in
        let sums = batch.weightedSums(pair, statistics.logProbabilities)
        return [sums.chosen, sums.rejected]
      }
    }.flatMap { $0 }
  }
}

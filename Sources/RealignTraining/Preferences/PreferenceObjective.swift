import Foundation
import RealignModels
import RealignNumerics

/// Direct preference optimisation against reference log-probabilities computed once.
public struct PreferenceObjective: ReferencedObjective, Sendable {
  /// Training pairs.
  public let examples: [PreferenceExample]
  /// Held-out pairs.
  public let heldOut: [PreferenceExample]
  /// The loss.
  public let losses: WeightedLosses
  /// Reference log-probabilities of the training pairs.
  public let reference: ReferenceLogProbabilities
  /// Reference log-probabilities of the held-out pairs.
  public let heldOutReference: ReferenceLogProbabilities

  /// Creates the objective; scores all pairs with the reference.
  ///
  /// - Parameters:
  ///   - examples: Training pairs.
  ///   - heldOut: Held-out pairs.
  ///   - losses: The loss.
  ///   - model: The reference.
  ///   - cache: Where the reference's log-probabilities of earlier runs are.
  ///   - group: Ranks that share out the pairs; the first one reads and writes the cache.
  ///   - progress: Called with the number of training pairs that are scored.
  /// - Throws: `ProcessGroupError`, with several ranks only.
  public init(
    examples: [PreferenceExample],
    heldOut: [PreferenceExample] = [],
    losses: WeightedLosses,
    reference model: LanguageModel,
    cache: ReferenceCache? = nil,
    over group: any ProcessGroup = SingleProcess(),
    progress: (Int) -> Void = { _ in }
  ) throws {
    self.examples = examples
    self.heldOut = heldOut
    self.losses = losses
    let ldAlpha = losses.settings.ldAlpha
    reference = try ReferenceLogProbabilities(
      examples,
      model: model,
      ldAlpha: ldAlpha,
      cache: cache,
      over: group,
      progress: progress
    )
    heldOutReference = try ReferenceLogProbabilities(
      heldOut,
      model: model,
      ldAlpha: ldAlpha,
      cache: cache,
      over: group
    )
  }

  /// Whether the reference had to score no pair, since all were in the cache.
  public var hasStoredReference: Bool { reference.areStored && heldOutReference.areStored }

  /// Number of training rows.
  public var rowCount: Int { examples.count }

  /// What the gradients of one update are divided by.
  public func normalizer(_ rows: [Int]) -> Double { Double(max(1, rows.count)) }

  /// Adds the gradients of a micro-batch.
  public func accumulate(
    _ rows: [Int],
    normalizer: Double,
    in context: StepContext
  ) throws -> MetricSums {
    let batch = PreferenceBatch(rows.map { examples[$0] }, ldAlpha: losses.settings.ldAlpha)
    let references = rows.map { (reference.chosen[$0], reference.rejected[$0]) }
    var pairs: [PairLogProbabilities] = []
    var results: [PairLoss] = []
    let statistics = context.model.trainStep(
      batch.packed,
      gradients: context.gradients,
      activations: context.activations,
      randomness: context.randomness,
      measuresCollisions: losses.settings.usesWeighting
    ) { statistics in
      pairs = batch.pairs(statistics, reference: references)
      results = losses(pairs)
      return batch.coefficients(results, scale: 1 / normalizer)
    }
    var sums = metrics(pairs, results, statistics: statistics, batch: batch, prefix: "")
    let tokens = rows.reduce(0) { sum, row in
      let e = examples[row]
      return sum + 2 * e.prompt.count + e.chosen.count + e.rejected.count
    }
    sums.add("num_tokens_in_step", sum: Double(tokens), weight: 0)
    return sums
  }

  /// Metrics over the held-out rows.
  public func evaluate(
    _ model: LanguageModel,
    over group: any ProcessGroup
  ) throws -> MetricSums {
    let activations = Activations(training: false)
    let passes = LanguageModel.passes(heldOut.map(\.tokenCount), rowsPerPass: 4096)
    return try group.sum(passes, passing: model) { range in
      let batch = PreferenceBatch(heldOut[range], ldAlpha: losses.settings.ldAlpha)
      let statistics = model.statistics(
        batch.packed,
        activations: activations,
        measuresCollisions: losses.settings.usesWeighting
      )
      let references = range.map { (heldOutReference.chosen[$0], heldOutReference.rejected[$0]) }
      let pairs = batch.pairs(statistics, reference: references)
      return metrics(
        pairs,
        losses(pairs),
        statistics: statistics,
        batch: batch,
        prefix: "eval_"
      )
    }
  }

  /// TRL's metrics of a batch, with TRL's definitions.
  private func metrics(
    _ pairs: [PairLogProbabilities],
    _ results: [PairLoss],
    statistics: TokenStatistics,
    batch: PreferenceBatch,
    prefix: String
  ) -> MetricSums {
    let beta = losses.settings.beta
    let count = Double(pairs.count)
    func sum(_ value: (PairLogProbabilities) -> Double) -> Double {
      pairs.reduce(0) { $0 + value($1) }
    }
    var sums = MetricSums()
    sums.add(prefix + "loss", sum: results.reduce(0) { $0 + $1.loss }, weight: count)
    sums.add(prefix + "rewards/chosen", sum: sum { beta * $0.chosenLogRatio }, weight: count)
    sums.add(prefix + "rewards/rejected", sum: sum { beta * $0.rejectedLogRatio }, weight: count)
    sums.add(
      prefix + "rewards/accuracies",
      sum: sum { $0.chosenLogRatio > $0.rejectedLogRatio ? 1 : 0 },
      weight: count
    )
    sums.add(
      prefix + "rewards/margins",
      sum: sum { beta * $0.logRatioDifference },
      weight: count
    )
    sums.add(prefix + "logps/chosen", sum: sum { $0.policyChosen }, weight: count)
    sums.add(prefix + "logps/rejected", sum: sum { $0.policyRejected }, weight: count)
    sums.add(prefix + "logps/chosen_delta", sum: sum { $0.chosenLogRatio }, weight: count)
    sums.add(
      prefix + "logps/chosen_delta_per_token",
      sum: sum { $0.chosenLogRatio },
      weight: sum { Double($0.chosenLength) }
    )
    addTokenMetrics(statistics, batch: batch, prefix: prefix, to: &sums)
    return sums
  }

  private func addTokenMetrics(
    _ statistics: TokenStatistics,
    batch: PreferenceBatch,
    prefix: String,
    to sums: inout MetricSums
  ) {
    var chosenLogits = 0.0
    var rejectedLogits = 0.0
    var correct = 0.0
    var chosenCount = 0.0
    var rejectedCount = 0.0
    for pair in batch.examples.indices {
      for index in batch.chosenRange(pair) {
        chosenLogits += Double(statistics.meanLogits[index])
        correct += statistics.predicted[index] == batch.packed.targets[index] ? 1 : 0
        chosenCount += 1
      }
      for index in batch.rejectedRange(pair) {
        rejectedLogits += Double(statistics.meanLogits[index])
        rejectedCount += 1
      }
    }
    let entropy = statistics.entropies.reduce(0) { $0 + Double($1) }
    // TRL takes the token mean of each micro-batch and averages those, so pairs are the weight.
    let pairs = Double(batch.examples.count)
    func add(_ name: String, _ sum: Double, per count: Double) {
      sums.add(prefix + name, mean: sum / max(1, count), weight: pairs)
    }
    add("logits/chosen", chosenLogits, per: chosenCount)
    add("logits/rejected", rejectedLogits, per: rejectedCount)
    add("entropy", entropy, per: chosenCount + rejectedCount)
    add("mean_token_accuracy", correct, per: chosenCount)
  }
}

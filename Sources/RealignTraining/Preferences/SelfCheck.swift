import Foundation
import RealignModels

/// What must hold before the first update: policy and reference agree, so every reward is zero.
public struct SelfCheck: Sendable {
  /// Loss of the first pairs.
  public let loss: Double
  /// The loss the formula gives when policy and reference agree.
  public let expectedLoss: Double
  /// Largest absolute log-ratio.
  public let largestLogRatio: Double
  /// Largest exact KL(policy ‖ reference) of a token, nats.
  public let largestDivergence: Double

  /// Computes the check on the first pairs of an objective.
  ///
  /// - Throws: `TrainingError.selfCheckFailed` naming the quantity that is off.
  public init(
    _ objective: PreferenceObjective,
    policy: LanguageModel,
    reference: LanguageModel,
    pairs count: Int = 16
  ) throws {
    let examples = objective.examples.prefix(count)
    let batch = PreferenceBatch(examples)
    let statistics = policy.statistics(
      batch.packed,
      activations: Activations(training: false)
    )
    let references = examples.indices.map {
      (objective.reference.chosen[$0], objective.reference.rejected[$0])
    }
    let pairs = batch.pairs(statistics.logProbabilities, reference: references)
    let agreeing = pairs.map { pair in
      var same = pair
      same.policyChosen = pair.referenceChosen
      same.policyRejected = pair.referenceRejected
      return same
    }
    func mean(_ losses: [PairLoss]) -> Double {
      losses.reduce(0) { $0 + $1.loss } / Double(max(1, losses.count))
    }
    loss = mean(objective.losses(pairs))
    expectedLoss = mean(objective.losses(agreeing))
    largestLogRatio =
      pairs.map { max(abs($0.chosenLogRatio), abs($0.rejectedLogRatio)) }.max() ?? 0
    largestDivergence =
      policy.divergence(
        from: reference,
        on: batch.packed,
        activations: (Activations(training: false), Activations(training: false))
      ).max() ?? 0
    try check()
  }

  /// Rounding of sums over a few hundred tokens in single precision stays below this.
  private static let tolerance = 1e-3

  private func check() throws {
    guard abs(loss - expectedLoss) <= Self.tolerance else {
      throw TrainingError.selfCheckFailed(
        "loss \(loss) instead of \(expectedLoss); policy and reference differ"
      )
    }
    guard largestLogRatio <= Self.tolerance else {
      throw TrainingError.selfCheckFailed("a log-ratio of \(largestLogRatio) instead of 0")
    }
    guard largestDivergence <= Self.tolerance else {
      throw TrainingError.selfCheckFailed("a KL of \(largestDivergence) instead of 0")
    }
  }
}

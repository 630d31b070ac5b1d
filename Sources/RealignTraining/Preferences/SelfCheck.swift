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

  /// Pairs or rows that are checked, unless their tokens are more than one pass takes.
  private static let count = 4

  /// How many of the first pairs or rows with these token counts are checked: one pass of at most
  /// 4.
  public static func checkedCount(_ sizes: some Collection<Int>) -> Int {
    LanguageModel.passes(
      Array(sizes.prefix(count)),
      rowsPerPass: LanguageModel.defaultRowsPerPass
    ).first?.count ?? 0
  }

  /// Computes the check on the first pairs of an objective.
  ///
  /// - Throws: `TrainingError.selfCheckFailed` naming the quantity that is off.
  public init(
    _ objective: PreferenceObjective,
    policy: LanguageModel,
    reference: LanguageModel
  ) throws {
    let settings = objective.losses.settings
    let examples = objective.examples.prefix(
      Self.checkedCount(objective.examples.map(\.tokenCount))
    )
    let batch = PreferenceBatch(examples, ldAlpha: settings.ldAlpha)
    let statistics = policy.statistics(
      batch.packed,
      activations: Activations(training: false),
      measuresCollisions: settings.usesWeighting
    )
    try policy.requireWeights()
    let references = examples.indices.map {
      (objective.reference.chosen[$0], objective.reference.rejected[$0])
    }
    let pairs = batch.pairs(statistics, reference: references)
    let agreeing = pairs.map { pair in
      var same = pair
      same.policyChosen = pair.referenceChosen
      same.policyRejected = pair.referenceRejected
      return same
    }
    try self.init(
      losses: objective.losses(pairs).map(\.loss),
      expected: objective.losses(agreeing).map(\.loss),
      logRatios: pairs.flatMap { [$0.chosenLogRatio, $0.rejectedLogRatio] },
      divergences: try Self.divergences(policy, reference, batch.packed)
    )
  }

  /// Computes the check on the first rows of an objective without pairs.
  ///
  /// - Throws: `TrainingError.selfCheckFailed` naming the quantity that is off.
  public init(
    _ objective: UnpairedObjective,
    policy: LanguageModel,
    reference: LanguageModel
  ) throws {
    let rows = objective.rows
    let indices = Array(
      0..<Self.checkedCount(rows.examples.indices.map(rows.tokenCount))
    )
    let batch = objective.rows.batch(indices)
    let statistics = policy.statistics(batch, activations: Activations(training: false))
    try policy.requireWeights()
    var measured = UnpairedMeasurement()
    measured.add(
      rows.sums(statistics, batch: batch),
      rows: objective.rows,
      indices: indices,
      reference: objective.reference
    )
    try self.init(
      losses: measured.losses(objective).map(\.loss),
      expected: measured.rows.map { row in
        var same = row
        same.policy = row.reference
        return objective.loss(same, divergence: 0, objective.settings).loss
      },
      logRatios: measured.rows.map(\.logRatio),
      divergences: try Self.divergences(policy, reference, batch)
    )
  }

  private init(
    losses: [Double],
    expected: [Double],
    logRatios: [Double],
    divergences: [Double]
  ) throws {
    func mean(_ values: [Double]) -> Double {
      values.reduce(0, +) / Double(max(1, values.count))
    }
    loss = mean(losses)
    expectedLoss = mean(expected)
    largestLogRatio = logRatios.map { abs($0) }.max() ?? 0
    largestDivergence = divergences.max() ?? 0
    try check()
  }

  private static func divergences(
    _ policy: LanguageModel,
    _ reference: LanguageModel,
    _ batch: PackedBatch
  ) throws -> [Double] {
    let result = policy.divergence(
      from: reference,
      on: batch,
      activations: (Activations(training: false), Activations(training: false))
    )
    try policy.requireWeights()
    return result
  }

  /// Rounding of sums over a few hundred tokens in single precision stays below this.
  private static let tolerance = 1e-3

  private func check() throws {
    // Squared losses of small β start at (1/2β)², so their rounding grows with them.
    guard abs(loss - expectedLoss) <= Self.tolerance * max(1, abs(expectedLoss)) else {
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

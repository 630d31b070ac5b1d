import RealignModels
import RealignNumerics

/// Supervised fine-tuning: mean cross-entropy over the trained tokens of the update.
///
/// The sum over the window is divided by the window's trained tokens (their weights, where rows
/// carry weights), so accumulation over micro-batches equals one big batch.
public struct SupervisedObjective: TrainingObjective, Sendable {
  /// Training rows.
  public let rows: [TokenSequence]
  /// Held-out rows.
  public let heldOut: [TokenSequence]

  /// Creates the objective.
  public init(rows: [TokenSequence], heldOut: [TokenSequence] = []) {
    self.rows = rows
    self.heldOut = heldOut
  }

  /// Number of training rows.
  public var rowCount: Int { rows.count }

  /// What the gradients of one update are divided by.
  public func normalizer(_ indices: [Int]) -> Double {
    max(1e-9, indices.reduce(0) { $0 + Self.weight(rows[$1]) })
  }

  private static func weight(_ row: TokenSequence) -> Double {
    guard let weights = row.weights else { return Double(row.completion.count) }
    return weights.reduce(0) { $0 + Double($1) }
  }

  /// Adds the gradients of a micro-batch.
  public func accumulate(
    _ indices: [Int],
    normalizer: Double,
    in context: StepContext
  ) throws -> MetricSums {
    var batch = PackedBatch()
    for index in indices { batch.append(rows[index]) }
    let coefficients = batch.weights.map { Float(-Double($0) / normalizer) }
    let statistics = context.model.supervisedStep(
      batch,
      coefficients: coefficients,
      gradients: context.gradients,
      activations: context.activations,
      randomness: context.randomness
    )
    var sums = Self.sums(statistics, batch: batch, prefix: "")
    let tokens = Double(indices.reduce(0) { $0 + rows[$1].ids.count })
    sums.add("num_tokens_in_step", sum: tokens, weight: 0)
    return sums
  }

  /// Metrics over the held-out rows.
  public func evaluate(
    _ model: LanguageModel,
    over group: any ProcessGroup
  ) throws -> MetricSums {
    let activations = Activations(training: false)
    let passes = LanguageModel.passes(heldOut.map(\.ids.count), rowsPerPass: 4096)
    return try group.sum(passes, passing: model) { range in
      var batch = PackedBatch()
      for row in heldOut[range] { batch.append(row) }
      let statistics = model.statistics(batch, activations: activations)
      return Self.sums(statistics, batch: batch, prefix: "eval_")
    }
  }

  /// Weighted loss, entropy and token accuracy of a batch.
  static func sums(
    _ statistics: TokenStatistics,
    batch: PackedBatch,
    prefix: String
  ) -> MetricSums {
    var loss = 0.0
    var weight = 0.0
    var entropy = 0.0
    var correct = 0.0
    var count = 0.0
    // Tokens of weight zero are masked: they are no part of any metric.
    for index in batch.targets.indices where batch.weights[index] != 0 {
      loss -= Double(batch.weights[index]) * Double(statistics.logProbabilities[index])
      weight += Double(batch.weights[index])
      entropy += Double(statistics.entropies[index])
      correct += statistics.predicted[index] == batch.targets[index] ? 1 : 0
      count += 1
    }
    var sums = MetricSums()
    sums.add(prefix + "loss", sum: loss, weight: weight)
    sums.add(prefix + "entropy", sum: entropy, weight: count)
    sums.add(prefix + "mean_token_accuracy", sum: correct, weight: count)
    return sums
  }
}

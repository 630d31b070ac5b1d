import RealignModels
import RealignNumerics
import RealignText

/// Preference optimisation on single answers with a label, against a reference computed once (KTO).
public struct UnpairedObjective: ReferencedObjective, Sendable {
  /// The loss.
  public let loss: any UnpairedLoss
  /// What it is configured with.
  public let settings: UnpairedLossSettings
  let rows: UnpairedRows
  let reference: UnpairedReference
  private let heldOutRows: UnpairedRows
  private let heldOutReference: UnpairedReference

  /// Creates the objective; scores all rows with the reference.
  ///
  /// - Parameters:
  ///   - examples: Training rows.
  ///   - heldOut: Held-out rows.
  ///   - loss: The loss.
  ///   - settings: What it is configured with.
  ///   - block: Rows that lend each other answers for the KL estimate, at least 2; TRL takes the
  ///     micro-batch.
  ///   - limit: Most tokens of a prompt with another row's answer; nil means what the model takes.
  ///   - model: The reference.
  ///   - cache: Where the reference's log-probabilities of earlier runs are.
  ///   - group: Ranks that share out the rows; the first one reads and writes the cache.
  ///   - progress: Called with the number of training rows that are scored.
  /// - Throws: `ProcessGroupError`, with several ranks only.
  public init(
    examples: [UnpairedExample],
    heldOut: [UnpairedExample] = [],
    loss: any UnpairedLoss,
    settings: UnpairedLossSettings,
    block: Int,
    limit: Int? = nil,
    reference model: LanguageModel,
    cache: ReferenceCache? = nil,
    over group: any ProcessGroup = SingleProcess(),
    progress: (Int) -> Void = { _ in }
  ) throws {
    self.loss = loss
    self.settings = settings
    let limit = min(limit ?? Int.max, model.configuration.maximumPositions)
    let block = loss.usesDivergence ? block : nil
    rows = UnpairedRows(examples, block: block, limit: limit)
    heldOutRows = UnpairedRows(heldOut, block: block, limit: limit)
    reference = try UnpairedReference(
      rows,
      model: model,
      cache: cache,
      over: group,
      progress: progress
    )
    heldOutReference = try UnpairedReference(
      heldOutRows,
      model: model,
      cache: cache,
      over: group
    )
  }

  /// Whether the reference had to score no row, since all were in the cache.
  public var hasStoredReference: Bool { reference.areStored && heldOutReference.areStored }

  /// Training rows.
  public var examples: [UnpairedExample] { rows.examples }

  /// Number of training rows.
  public var rowCount: Int { rows.examples.count }

  /// What the gradients of one update are divided by.
  public func normalizer(_ rows: [Int]) -> Double { Double(max(1, rows.count)) }

  /// Adds the gradients of a micro-batch.
  public func accumulate(
    _ indices: [Int],
    normalizer: Double,
    in context: StepContext
  ) throws -> MetricSums {
    let batch = rows.batch(indices)
    var measured = UnpairedMeasurement()
    let statistics = context.model.trainStep(
      batch,
      gradients: context.gradients,
      activations: context.activations,
      randomness: context.randomness
    ) { statistics in
      measured.add(
        rows.sums(statistics, batch: batch),
        rows: rows,
        indices: indices,
        reference: reference
      )
      var coefficients = [Float](repeating: 0, count: batch.targets.count)
      for (result, range) in zip(measured.losses(self), rows.ranges(batch).own) {
        for index in range { coefficients[index] = Float(result.gradient / normalizer) }
      }
      return coefficients
    }
    var sums = measured.metrics(self, prefix: "")
    addTokenMetrics(statistics, batch: batch, rows: rows, indices: indices, prefix: "", to: &sums)
    let tokens = indices.reduce(0) { $0 + rows.examples[$1].tokenCount }
    sums.add("num_tokens_in_step", sum: Double(tokens), weight: 0)
    return sums
  }

  /// Metrics over the held-out rows, with one KL estimate for all of them.
  public func evaluate(
    _ model: LanguageModel,
    over group: any ProcessGroup
  ) throws -> MetricSums {
    let activations = Activations(training: false)
    let counts = heldOutRows.examples.indices.map(heldOutRows.tokenCount)
    let passes = LanguageModel.passes(counts, rowsPerPass: 4096)
    let results = try group.shared(passes.count, passing: model) { index -> JSONValue in
      let indices = Array(passes[index])
      let batch = heldOutRows.batch(indices)
      let statistics = model.statistics(batch, activations: activations)
      let sums = heldOutRows.sums(statistics, batch: batch)
      var tokens = MetricSums()
      addTokenMetrics(
        statistics,
        batch: batch,
        rows: heldOutRows,
        indices: indices,
        prefix: "eval_",
        to: &tokens
      )
      return [
        "own": JSONValue(exactly: sums.own), "mismatched": JSONValue(exactly: sums.mismatched),
        "tokens": tokens.json,
      ]
    }
    var measured = UnpairedMeasurement()
    var tokens = MetricSums()
    for (range, result) in zip(passes, results) {
      measured.add(
        (result["own"]?.exactDoubles ?? [], result["mismatched"]?.exactDoubles ?? []),
        rows: heldOutRows,
        indices: Array(range),
        reference: heldOutReference
      )
      if let sums = result["tokens"].flatMap({ MetricSums(json: $0) }) { tokens.add(sums) }
    }
    guard !measured.rows.isEmpty else { return MetricSums() }
    var sums = measured.metrics(self, prefix: "eval_")
    sums.add(tokens)
    return sums
  }

  /// Mean logits by label and mean entropy over the rows' own answers.
  private func addTokenMetrics(
    _ statistics: TokenStatistics,
    batch: PackedBatch,
    rows: UnpairedRows,
    indices: [Int],
    prefix: String,
    to sums: inout MetricSums
  ) {
    let ranges = rows.ranges(batch).own
    func add(_ name: String, _ values: [Float], where isIncluded: (UnpairedExample) -> Bool) {
      let kept = zip(indices, ranges).filter { isIncluded(rows.examples[$0.0]) }.map(\.1)
      let count = kept.reduce(0) { $0 + $1.count }
      guard count > 0 else { return }
      sums.add(
        prefix + name,
        sum: UnpairedRows.sums(values, kept).reduce(0, +),
        weight: Double(count)
      )
    }
    add("logits/chosen", statistics.meanLogits) { $0.isDesirable }
    add("logits/rejected", statistics.meanLogits) { !$0.isDesirable }
    add("entropy", statistics.entropies) { _ in true }
  }
}

/// Log-probabilities of some rows, and what the loss makes of them.
struct UnpairedMeasurement {
  private(set) var rows: [UnpairedLogProbabilities] = []
  private var mismatchedLogRatios: [Double] = []

  /// Adds the rows of a pass.
  ///
  /// - Parameter sums: Of `UnpairedRows.sums`.
  mutating func add(
    _ sums: (own: [Double], mismatched: [Double]),
    rows all: UnpairedRows,
    indices: [Int],
    reference: UnpairedReference
  ) {
    for (row, policy) in zip(indices, sums.own) {
      rows.append(
        UnpairedLogProbabilities(
          policy: policy,
          reference: reference.own[row],
          isDesirable: all.examples[row].isDesirable
        )
      )
    }
    for (row, policy) in zip(indices, sums.mismatched) {
      mismatchedLogRatios.append(policy - reference.mismatched[row])
    }
  }

  /// The estimate of KL(policy ‖ reference), nats per answer: the mean log-ratio of the mismatched
  /// answers, at least 0.
  var divergence: Double {
    guard !mismatchedLogRatios.isEmpty else { return 0 }
    return max(0, mismatchedLogRatios.reduce(0, +) / Double(mismatchedLogRatios.count))
  }

  /// The loss of every row.
  func losses(_ objective: UnpairedObjective) -> [UnpairedRowLoss] {
    let divergence = divergence
    return rows.map { objective.loss($0, divergence: divergence, objective.settings) }
  }

  /// TRL's metrics; means over the rows where TRL averages the means of its micro-batches.
  func metrics(_ objective: UnpairedObjective, prefix: String) -> MetricSums {
    let beta = objective.settings.beta
    let count = Double(rows.count)
    var sums = MetricSums()
    sums.add(
      prefix + "loss",
      sum: losses(objective).reduce(0) { $0 + $1.loss },
      weight: count
    )
    if objective.loss.usesDivergence {
      sums.add(prefix + "kl", mean: divergence, weight: count)
    }
    var rewards: [Double] = []
    for (name, isDesirable) in [("chosen", true), ("rejected", false)] {
      let side = rows.filter { $0.isDesirable == isDesirable }
      guard !side.isEmpty else { continue }
      let reward = side.reduce(0) { $0 + beta * $1.logRatio }
      sums.add(prefix + "rewards/" + name, sum: reward, weight: Double(side.count))
      sums.add(
        prefix + "logps/" + name,
        sum: side.reduce(0) { $0 + $1.policy },
        weight: Double(side.count)
      )
      rewards.append(reward / Double(side.count))
    }
    if rewards.count == 2 {
      sums.add(prefix + "rewards/margins", mean: rewards[0] - rewards[1], weight: count)
    }
    return sums
  }
}

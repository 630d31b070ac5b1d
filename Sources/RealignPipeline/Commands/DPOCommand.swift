import RealignModels
import RealignText
import RealignTraining

/// `realign dpo`: preference optimisation on the user's pairs.
public enum DPOCommand {
  /// Trains with the settings of the group `optimize` and writes the result as `sft` does.
  ///
  /// The reference is the starting model. Its log-probabilities are computed once, before the first
  /// update, so its weights need not be kept when all weights are trained. Before the first update
  /// a check makes sure that policy and reference agree.
  ///
  /// - Throws: `InputError` for wrong settings, model or rows; `RunInterrupted` when asked to stop;
  ///   `TrainingError` when the check fails or training diverges.
  public static func run(_ options: TrainerOptions, context: CommandContext) throws {
    let run = try TrainerRun(name: "dpo", group: "optimize", options: options, context: context) {
      $0.optimize.trainer
    }
    let losses = try run.configuration.values.optimize.preference.losses()
    let encoder = run.encoder
    let rows = try TrainerRows(preferences: options.data, encoder: encoder, limit: run.rowLimit)
    let heldOut = try TrainerRows(
      preferences: options.evaluationData,
      encoder: encoder,
      limit: run.rowLimit
    )
    try rows.check(options.data, limit: run.rowLimit, progress: context.progress)
    try heldOut.check(options.evaluationData, limit: run.rowLimit, progress: context.progress)
    try run.reportMemory(
      rows: rows.rows.map(\.tokenCount),
      heldOut: heldOut.rows.map(\.tokenCount),
      hasReference: true
    )
    let lock = try run.lockOutput()
    try withExtendedLifetime(lock) {
      let objective = try objective(
        rows: rows.rows,
        heldOut: heldOut.rows,
        losses: losses,
        run: run
      )
      try run.train(
        objective,
        dataDigest: rows.digest + heldOut.digest,
        heldOutCount: heldOut.rows.count,
        shouldStop: { Interruption.isRequested },
        summary: rows.summary
      )
    }
  }

  /// The objective with the reference's log-probabilities, checked against the policy.
  private static func objective(
    rows: [PreferenceExample],
    heldOut: [PreferenceExample],
    losses: WeightedLosses,
    run: TrainerRun
  ) throws -> PreferenceObjective {
    let progress = run.context.progress
    let reference = run.text.model
    progress.begin("reference", total: rows.count, unit: "rows")
    let objective = PreferenceObjective(
      examples: rows,
      heldOut: heldOut,
      losses: losses,
      reference: reference
    ) { progress.update($0, "") }
    progress.end("\(rows.count + heldOut.count) pairs")
    try Interruption.check("dpo, before step 1")
    let check = try SelfCheck(objective, policy: run.policy, reference: reference)
    progress.detail(
      "self-check: loss \(Count.decimal(check.loss)), expected "
        + Count.decimal(check.expectedLoss)
    )
    return objective
  }
}

extension PreferenceGroup {
  /// The weighted losses.
  ///
  /// - Throws: `InputError` for an unknown loss, a wrong number of weights or settings that a loss
  ///   cannot take.
  public func losses() throws -> WeightedLosses {
    try WeightedLosses(
      names: lossType,
      weights: lossWeights.isEmpty ? nil : lossWeights,
      settings: PreferenceLossSettings(beta: beta, labelSmoothing: labelSmoothing)
    )
  }
}

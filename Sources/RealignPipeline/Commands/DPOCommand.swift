import RealignModels
import RealignNumerics
import RealignText
import RealignTraining

/// `realign dpo`: preference optimisation on the user's pairs, or on answers with a label.
public enum DPOCommand {
  /// Trains with the settings of the group `optimize` and writes the result as `sft` does.
  ///
  /// The reference is the starting model. Its log-probabilities are computed once, before the first
  /// update, so its weights need not be kept when all weights are trained; a later run with the same
  /// model and rows finds them in the user's cache. Before the first update
  /// a check makes sure that policy and reference agree. The loss decides on the rows: pairs, or
  /// completions with a label for the losses of `UnpairedLosses`.
  ///
  /// - Throws: `InputError` for wrong settings, model or rows; `RunInterrupted` when asked to stop;
  ///   `TrainingError` when the check fails or training diverges.
  public static func run(_ options: TrainerOptions, context: CommandContext) throws {
    let run = try TrainerRun(name: "dpo", group: "optimize", options: options, context: context) {
      $0.optimize.trainer
    }
    let group = run.configuration.values.optimize.preference
    if let (loss, settings) = try group.unpairedLoss() {
      try trainOnRows(run, loss: loss, settings: settings)
    } else {
      try trainOnPairs(run, losses: try group.losses())
    }
  }

  private static func trainOnPairs(_ run: TrainerRun, losses: WeightedLosses) throws {
    try train(
      run,
      read: { try TrainerRows(preferences: $0, encoder: $1, limit: run.rowLimit) },
      size: {
        MemoryEstimate.Pass(rows: $0.tokenCount, targets: $0.chosen.count + $0.rejected.count)
      },
      digest: \.digest
    ) { rows, heldOut, cache in
      let objective = try PreferenceObjective(
        examples: rows.rows,
        heldOut: heldOut.rows,
        losses: losses,
        reference: run.text.model,
        cache: cache,
        over: run.context.group
      ) { run.context.progress.update($0, "") }
      return (
        objective,
        { try SelfCheck(objective, policy: run.policy, reference: run.text.model) }
      )
    }
  }

  private static func trainOnRows(
    _ run: TrainerRun,
    loss: any UnpairedLoss,
    settings: UnpairedLossSettings
  ) throws {
    let block = run.settings.perDeviceTrainBatchSize
    guard !loss.usesDivergence || block >= 2 else {
      throw InputError(
        .badConfiguration,
        "the loss \(loss.name) compares a row with the others of its micro-batch",
        field: "per_device_train_batch_size",
        found: "\(block)",
        expected: "2 or more"
      )
    }
    try train(
      run,
      read: { try TrainerRows(unpaired: $0, encoder: $1, limit: run.rowLimit) },
      size: {
        // The other row's answer is about as long.
        let answers = $0.completion.count * (loss.usesDivergence ? 2 : 1)
        return MemoryEstimate.Pass(rows: $0.prompt.count + answers, targets: answers)
      },
      digest: \.digest
    ) { rows, heldOut, cache in
      let objective = try UnpairedObjective(
        examples: rows.rows,
        heldOut: heldOut.rows,
        loss: loss,
        settings: settings,
        block: block,
        limit: run.rowLimit,
        reference: run.text.model,
        cache: cache,
        over: run.context.group
      ) { run.context.progress.update($0, "") }
      return (
        objective,
        { try SelfCheck(objective, policy: run.policy, reference: run.text.model) }
      )
    }
  }

  /// Reads and checks the rows, makes the objective with the reference's log-probabilities, checks
  /// it against the policy and trains.
  private static func train<Row: Sendable, Objective: ReferencedObjective>(
    _ run: TrainerRun,
    read: (_ files: [String], RowEncoder) throws -> TrainerRows<Row>,
    size: (Row) -> MemoryEstimate.Pass,
    digest: (TrainerRows<Row>) -> String,
    objective: (TrainerRows<Row>, _ heldOut: TrainerRows<Row>, ReferenceCache?) throws -> (
      Objective, check: () throws -> SelfCheck
    )
  ) throws {
    let (options, progress, group) = (run.options, run.context.progress, run.context.group)
    let (rows, heldOut, estimated) = try group.together {
      let encoder = run.encoder
      let rows = try read(options.data, encoder)
      let heldOut = try read(options.evaluationData, encoder)
      try rows.check(options.data, limit: run.rowLimit, progress: progress)
      try heldOut.check(options.evaluationData, limit: run.rowLimit, progress: progress)
      let estimated = try run.reportMemory(
        rows: rows.rows.map(size),
        heldOut: heldOut.rows.map(size),
        hasReference: true
      )
      return (rows, heldOut, estimated)
    }
    let lock = try run.lockOutput()
    try withExtendedLifetime(lock) {
      progress.begin("reference", total: rows.rows.count, unit: "rows")
      let modelDigest = run.modelDigest()
      let clock = StepClock()
      let (objective, check) = try objective(rows, heldOut, cache(run, modelDigest: modelDigest))
      let referenceSeconds = clock.seconds
      let count = rows.rows.count + heldOut.rows.count
      progress.end("\(count) rows" + (objective.hasStoredReference ? ", from the cache" : ""))
      if try group.agree(Interruption.isRequested) {
        throw RunInterrupted(place: "dpo, before step 1")
      }
      let result = try check()
      progress.detail(
        "self-check: loss \(Count.decimal(result.loss)), expected "
          + Count.decimal(result.expectedLoss)
      )
      try run.train(
        objective,
        TrainerRun.Job(
          dataDigest: digest(rows) + digest(heldOut),
          modelDigest: modelDigest,
          heldOutCount: heldOut.rows.count,
          estimatedBytes: estimated,
          summary: rows.summary + [
            (key: "reference_from_cache", value: .bool(objective.hasStoredReference)),
            (key: "reference_runtime", value: .number(referenceSeconds)),
          ]
        ),
        shouldStop: { Interruption.isRequested }
      )
    }
  }

  /// The cache of the starting model's log-probabilities; nil where it is switched off.
  private static func cache(_ run: TrainerRun, modelDigest: String) -> ReferenceCache? {
    guard run.configuration.values.optimize.preference.referenceCache else { return nil }
    return ReferenceCache(
      directory: CacheFolder.references(run.context.environment),
      modelDigest: modelDigest
    )
  }
}

extension ReferenceCache {
  /// The cache of a model of this program; nil without a directory.
  init?(directory: String?, modelDigest: String) {
    guard let directory else { return nil }
    self.init(directory: directory, reference: ProgramVersion.number + " " + modelDigest)
  }
}

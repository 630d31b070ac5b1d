import Foundation
import RealignHardware
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining

/// What `sft` and `dpo` share: settings, the loop with its progress, the result on disk.
struct TrainerRun {
  /// The command: `sft` or `dpo`.
  let name: String
  let options: TrainerOptions
  let context: CommandContext
  /// The group of settings that the trainer reads.
  let group: String
  let configuration: EffectiveConfiguration
  let settings: TrainerSettings
  /// The starting model, without adapters.
  let text: TextModel
  /// The model in training; shares the starting model's weights.
  let policy: LanguageModel
  /// Most tokens of a row.
  let rowLimit: Int

  /// Reads settings and model; nothing is written.
  ///
  /// - Throws: `InputError` for wrong settings, an output in use or a wrong model.
  init(
    name: String,
    group: String,
    options: TrainerOptions,
    context: CommandContext,
    trainer: (RunConfiguration) -> TrainerGroup
  ) throws {
    self.name = name
    self.group = group
    self.options = options
    self.context = context
    let ranks = context.group
    (configuration, settings, text) = try ranks.together {
      let configuration = try Self.configuration(options, group: group, ranks: ranks.size, trainer)
      for warning in configuration.warnings { context.progress.warn(warning) }
      let values = configuration.values
      if let threads = context.threads ?? values.threads {
        Parallel.configure(threads: threads)
      } else if ranks.size > 1 {
        Parallel.configure(threads: ranks.threadsPerRank)
      }
      let trainer = trainer(values)
      let settings = trainer.settings(seed: values.seed)
      try settings.validate()
      if !options.resumes, ranks.isFirst {
        try OutputDirectory.requireEmpty(
          options.output,
          except: ["run.lock"],
          hint: "--resume continues the run in it; else choose another --output"
        )
      }
      try Self.check(trainer, group: group)
      let text = try ModelReference.load(
        options.model,
        adapter: nil,
        baseType: trainer.baseDtype.type,
        isDivided: trainer.shardBase,
        context: context
      )
      try settings.adapter?.validate(for: text.model.configuration)
      return (configuration, settings, text)
    }
    var policy = text.model
    if let adapter = settings.adapter {
      policy.adapter = Adapter(adapter, for: policy, seed: settings.seed)
    }
    self.policy = policy
    rowLimit = min(settings.maxLength, policy.configuration.maximumPositions)
  }

  /// The settings, with the micro-batches of an update counted over all ranks.
  private static func configuration(
    _ options: TrainerOptions,
    group: String,
    ranks: Int,
    _ trainer: (RunConfiguration) -> TrainerGroup
  ) throws -> EffectiveConfiguration {
    var configuration = try EffectiveConfiguration.load(options.sources)
    guard ranks > 1 else { return configuration }
    let key = group + ".gradient_accumulation_steps"
    let steps = trainer(configuration.values).gradientAccumulationSteps
    try configuration.set(key, "\(ranks * steps)", origin: configuration.origin(of: key))
    return configuration
  }

  /// Refuses what only frozen weights can be.
  private static func check(_ trainer: TrainerGroup, group: String) throws {
    guard trainer.full else { return }
    if trainer.baseDtype.type != .f32 {
      throw InputError(
        .badConfiguration,
        "weights in half precision are not trained",
        field: group + ".base_dtype",
        found: trainer.baseDtype.rawValue,
        expected: "f32 with --full",
        hint: "leave out --full to train an adapter, or --base-dtype to train all weights"
      )
    }
    if trainer.shardBase {
      throw InputError(
        .badConfiguration,
        "weights that are divided over ranks are not trained",
        field: group + ".shard_base",
        found: "true",
        expected: "false with --full",
        hint: "leave out --full to train an adapter, or --shard-base to train all weights"
      )
    }
  }

  /// Encodes the rows of this run.
  var encoder: RowEncoder { RowEncoder(text, context: context) }

  /// Identifies the starting model; call before training changes its weights.
  func modelDigest() -> String { Self.digest(of: text.model) }

  /// What a training is given besides its loss.
  struct Job {
    /// Identifies training and held-out rows.
    var dataDigest: String
    /// Identifies the starting model.
    var modelDigest: String
    /// Number of held-out rows.
    var heldOutCount: Int
    /// Bytes of memory that were announced.
    var estimatedBytes: Int
    /// What the trainer adds to the summary.
    var summary: [(key: String, value: JSONValue)]
  }

  /// Trains, writes the result to the output directory and prints the summary.
  ///
  /// - Parameter shouldStop: Asked after every update; true ends the run with a checkpoint.
  /// - Throws: `RunInterrupted` after a checkpoint; `TrainingError` when training diverges.
  func train(
    _ objective: some TrainingObjective,
    _ job: Job,
    shouldStop: @escaping () -> Bool
  ) throws {
    var loop = TrainingLoop(settings: settings)
    loop.group = context.group
    loop.directory = options.output
    loop.resumes = options.resumes
    loop.digest = Digest.sha256(parts: [
      ("rows", job.dataDigest),
      ("settings", configuration.canonicalText(groups: [group, "seed"])),
      ("weights", job.modelDigest),
    ])
    loop.shouldStop = shouldStop
    let progress = context.progress
    let clock = StepClock()
    loop.onEvent = {
      if case .step = $0 { clock.tick() }
      Self.report($0, to: progress)
    }
    let total = settings.totalSteps(rows: objective.rowCount)
    progress.begin(name, total: total)
    let outcome: TrainingLoop.Outcome
    do {
      outcome = try loop.run(objective, model: policy)
    } catch TrainingError.interrupted(let step) {
      progress.end("stopped at step \(step) of \(total)")
      throw RunInterrupted(place: "\(name), step \(step) of \(total)")
    }
    progress.end(Self.closing(outcome))
    _ = try context.group.onFirst { try writeModel() }
    progress.note("\(options.output): " + (settings.adapter == nil ? "model" : "adapter"))
    let peak = MachineInformation.peakResidentBytes
    progress.note(
      "memory: estimated \(Count.bytes(job.estimatedBytes)), peak \(Count.bytes(peak))"
    )
    guard context.isJSON else { return }
    let rowsPerStep = settings.perDeviceTrainBatchSize * settings.gradientAccumulationSteps
    var job = job
    job.summary += clock.summary(rowsPerStep: rowsPerStep)
    try context.output.row(json(outcome, job, peak: peak))
  }

  /// Says how much memory the training will need and, on a calibrated machine, how long it will
  /// take; call before anything is written.
  ///
  /// - Parameters:
  ///   - rows: Tokens of every row, and how many of them are trained on.
  ///   - heldOut: The same of every held-out row.
  ///   - hasReference: Whether all rows are scored by the starting model first.
  /// - Returns: The estimate in bytes.
  /// - Throws: `InputError` when the machine cannot hold it.
  func reportMemory(
    rows: [MemoryEstimate.Pass],
    heldOut: [MemoryEstimate.Pass],
    hasReference: Bool = false
  ) throws -> Int {
    var passes = MemoryEstimate.Passes(
      training: MemoryEstimate.Pass(
        rows: settings.largestMicroBatch(rows.map(\.rows)),
        targets: settings.largestMicroBatch(rows.map(\.targets))
      ),
      evaluation: MemoryEstimate.Pass(largestOf: heldOut),
      recomputes: settings.gradientCheckpointing,
      gradientBuffers: settings.gradientBuffers(ranks: context.group.size),
      ranks: context.group.size
    )
    if hasReference {
      passes.reference = MemoryEstimate.Pass(largestOf: rows)
      let checked = SelfCheck.checkedCount(rows.map(\.rows))
      passes.check = MemoryEstimate.Pass(largestOf: Array(rows.prefix(checked)))
    }
    let estimate = MemoryEstimate(model: policy, passes: passes)
    try estimate.report(context.progress, baseType: policy.weights.type)
    reportTime(rows: rows.map(\.rows), hasReference: hasReference)
    return estimate.total
  }

  private func reportTime(rows: [Int], hasReference: Bool) {
    guard let calibration = MachineCalibration.current(context),
      let rate = calibration.trainingGFLOPS(parameters: policy.parameterCount)
    else { return }
    let forecast = TrainingForecast(
      model: policy,
      rows: rows,
      settings: settings,
      hasReference: hasReference
    )
    context.progress.note(
      "time: \(TrainingForecast.shown(forecast.seconds(gflops: rate))) for \(forecast.steps) steps "
        + "on a quiet machine, at the calibrated \(Count.decimal(rate, places: 0)) GFLOPS"
    )
  }

  /// Locks the output directory as long as the value lives, on the first rank; call when all inputs
  /// are checked.
  ///
  /// - Throws: `InputError`: `busy` when another process trains into it, `cannotCreate`.
  func lockOutput() throws -> RunLock? {
    try context.group.onFirst {
      do {
        try FileManager.default.createDirectory(
          atPath: options.output,
          withIntermediateDirectories: true
        )
      } catch {
        throw InputError(.cannotCreate, "cannot create the output directory", file: options.output)
      }
      return try RunLock(directory: options.output)
    }
  }

  private func writeModel() throws {
    if let adapter = policy.adapter {
      try AdapterDirectory.save(adapter, baseModel: options.model, to: options.output)
      try text.tokenizer.save(to: options.output)
      try text.companions.save(to: options.output)
    } else {
      try text.with(policy).save(options.output)
    }
  }

  /// The digest of a model's configuration, weights and adapter.
  static func digest(of model: LanguageModel) -> String {
    var parts = [("configuration", model.configuration.json.serialized())]
    parts += parameters(model.weights)
    if let adapter = model.adapter {
      parts.append(("adapter", "\(adapter.configuration)"))
      parts += parameters(BaseWeights(layout: adapter.layout, values: adapter.parameters))
    }
    return Digest.sha256(parts: parts)
  }

  private static func parameters(_ weights: BaseWeights) -> [(String, String)] {
    weights.layout.entries.map {
      ($0.name, Digest.sha256(weights.littleEndianData($0.name)))
    }
  }

  private static func report(_ event: TrainingEvent, to progress: any ProgressReporter) {
    switch event {
    case .step(let step, _, let loss): progress.update(step, "loss " + Count.decimal(loss))
    case .log(let step, let metrics):
      let shown = metrics.map { "\($0.name) \(Self.short($0.value))" }.joined(separator: ", ")
      progress.detail("step \(step): \(shown)")
    case .saved(let step, let path): progress.detail("step \(step): checkpoint \(path)")
    case .stoppedEarly(let step, let reason): progress.note("stopped at step \(step): \(reason)")
    }
  }

  /// Four significant digits, whatever the size.
  private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func closing(_ outcome: TrainingLoop.Outcome) -> String {
    var parts = ["\(outcome.steps) steps"]
    for (metrics, name) in [(outcome.lastMetrics, "loss"), (outcome.lastEvaluation, "eval_loss")] {
      if let found = metrics.first(where: { $0.name == name }) {
        parts.append("\(name) \(Count.decimal(found.value))")
      }
    }
    if let best = outcome.bestStep { parts.append("kept step \(best)") }
    return parts.joined(separator: ", ")
  }

  private func json(
    _ outcome: TrainingLoop.Outcome,
    _ job: Job,
    peak: Int
  ) -> JSONValue {
    .object(
      JSONObject(
        pairs: [
          (key: "output", value: JSONValue.string(options.output)),
          (key: "kind", value: .string(settings.adapter == nil ? "model" : "adapter")),
          (key: "steps", value: .integer(outcome.steps)),
          (key: "best_step", value: outcome.bestStep.map { .integer($0) } ?? .null),
          (key: "stop_reason", value: outcome.stopReason.map { .string($0) } ?? .null),
          (key: "trainable_parameters", value: .integer(policy.trainable.layout.count)),
          (key: "parameters", value: .integer(policy.parameterCount)),
        ] + job.summary + [
          (key: "eval_rows", value: .integer(job.heldOutCount)),
          (key: "metrics", value: .metrics(outcome.lastMetrics)),
          (key: "evaluation", value: .metrics(outcome.lastEvaluation)),
          (key: "estimated_bytes", value: .integer(job.estimatedBytes)),
          (key: "peak_rss_bytes", value: .integer(peak)),
        ]
      )
    )
  }
}

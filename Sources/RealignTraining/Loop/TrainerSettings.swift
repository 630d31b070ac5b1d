import RealignModels
import RealignText

/// Hyper-parameters shared by the trainers, with TRL's names, meanings and (where sensible on a
/// CPU) defaults.
public struct TrainerSettings: Sendable, Equatable {
  /// Peak learning rate.
  public var learningRate = 2e-5
  /// Passes over the rows, unless `maxSteps` is positive.
  public var numTrainEpochs = 3.0
  /// Updates of the run; 0 or less leaves it to the epochs.
  public var maxSteps = 0
  /// Rows per micro-batch.
  public var perDeviceTrainBatchSize = 8
  /// Micro-batches per update, of all ranks together.
  public var gradientAccumulationSteps = 1
  /// Whether backward computes the blocks again instead of keeping all they computed; results have
  /// the same bits.
  public var gradientCheckpointing = false
  /// Shape of the learning rate.
  public var schedule = LearningRateSchedule.linear
  /// Share of updates spent warming up; used when `warmupSteps` is 0.
  public var warmupRatio = 0.0
  /// Updates spent warming up.
  public var warmupSteps = 0
  /// Decoupled weight decay of matrices; norms and biases are exempt.
  public var weightDecay = 0.0
  /// Gradient norm above which gradients are scaled down; 0 or less switches clipping off.
  public var maxGradNorm = 1.0
  /// First-moment decay of AdamW.
  public var beta1 = 0.9
  /// Second-moment decay of AdamW.
  public var beta2 = 0.999
  /// Added outside the root in AdamW.
  public var epsilon = 1e-8
  /// Longest row in tokens; longer rows are dropped and counted.
  public var maxLength = 1024
  /// Seed of order, adapters and dropout.
  public var seed: UInt64 = 42
  /// Updates between two log lines.
  public var loggingSteps = 10
  /// Updates between two evaluations; 0 evaluates only at the end.
  public var evalSteps = 0
  /// Updates between two checkpoints; 0 saves only when interrupted.
  public var saveSteps = 0
  /// Checkpoints kept besides the best.
  public var saveTotalLimit = 2
  /// Whether rows are shuffled anew each epoch.
  public var shuffle = true
  /// Evaluations without improvement before the run stops; 0 never stops early.
  public var earlyStoppingPatience = 0
  /// Adapters to train; nil trains all weights.
  public var adapter: AdapterConfiguration?

  /// The defaults.
  public init() {}

  /// Checks every range.
  ///
  /// - Throws: `InputError` of kind `badConfiguration`.
  public func validate() throws {
    func check(_ holds: Bool, _ field: String, _ found: String, _ expected: String) throws {
      guard holds else {
        throw InputError(
          .badConfiguration,
          "bad hyper-parameter",
          field: field,
          found: found,
          expected: expected
        )
      }
    }
    try check(
      learningRate.isFinite && learningRate >= 0,
      "learning_rate",
      "\(learningRate)",
      "0 or a positive number"
    )
    try check(
      numTrainEpochs.isFinite && numTrainEpochs > 0 || maxSteps > 0,
      "num_train_epochs",
      "\(numTrainEpochs)",
      "a positive number"
    )
    try check(
      perDeviceTrainBatchSize >= 1,
      "per_device_train_batch_size",
      "\(perDeviceTrainBatchSize)",
      "at least 1"
    )
    try check(
      gradientAccumulationSteps >= 1,
      "gradient_accumulation_steps",
      "\(gradientAccumulationSteps)",
      "at least 1"
    )
    try check(
      (0...1).contains(warmupRatio),
      "warmup_ratio",
      "\(warmupRatio)",
      "a number from 0 to 1"
    )
    try check(warmupSteps >= 0, "warmup_steps", "\(warmupSteps)", "0 or more")
    try check(
      weightDecay.isFinite && weightDecay >= 0,
      "weight_decay",
      "\(weightDecay)",
      "0 or more"
    )
    try check(maxLength >= 2, "max_length", "\(maxLength)", "at least 2")
    try check(loggingSteps >= 1, "logging_steps", "\(loggingSteps)", "at least 1")
    try check(evalSteps >= 0, "eval_steps", "\(evalSteps)", "0 or more")
    try check(saveSteps >= 0, "save_steps", "\(saveSteps)", "0 or more")
    try adapter?.validate()
  }

  /// All that results depend on, as a text for digests.
  public var identity: String {
    var settings = self
    settings.gradientCheckpointing = false
    return "\(settings)"
  }

  /// Updates of a run over `rows` rows; the last partial window of an epoch counts.
  public func totalSteps(rows: Int) -> Int {
    if maxSteps > 0 { return maxSteps }
    let perEpoch = stepsPerEpoch(rows: rows)
    return max(1, Int((numTrainEpochs * Double(perEpoch)).rounded(.up)))
  }

  /// Updates of one epoch.
  public func stepsPerEpoch(rows: Int) -> Int {
    let batches = (rows + perDeviceTrainBatchSize - 1) / perDeviceTrainBatchSize
    return max(1, (batches + gradientAccumulationSteps - 1) / gradientAccumulationSteps)
  }

  /// Gradients of all parameters that a rank holds at a time, at most: those of the micro-batch
  /// being computed and the sums that wait for their neighbours.
  public func gradientBuffers(ranks: Int) -> Int {
    GradientSum.buffers(microBatches: gradientAccumulationSteps, ranks: ranks)
  }

  /// Updates of warm-up in a run of `total` updates.
  public func warmup(total: Int) -> Int {
    warmupSteps > 0 ? warmupSteps : Int((warmupRatio * Double(total)).rounded(.up))
  }
}

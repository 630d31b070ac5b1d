import RealignModels
import RealignTraining

extension TrainerGroup {
  /// The settings of a training loop, with an adapter unless all weights are trained.
  ///
  /// Targets without a name mean `q_proj` and `v_proj`, as in PEFT for Llama; `all-linear` means
  /// every projection of the blocks, and one text with wildcards a regular expression. Ranges are
  /// checked by `TrainerSettings.validate`.
  ///
  /// - Parameter seed: Seed of order, adapters and dropout.
  public func settings(seed: UInt64) -> TrainerSettings {
    var settings = TrainerSettings()
    settings.learningRate = learningRate
    settings.numTrainEpochs = numTrainEpochs
    settings.maxSteps = maxSteps
    settings.perDeviceTrainBatchSize = perDeviceTrainBatchSize
    settings.gradientAccumulationSteps = gradientAccumulationSteps
    settings.gradientCheckpointing = gradientCheckpointing
    settings.schedule = lrSchedulerType
    settings.warmupRatio = warmupRatio
    settings.warmupSteps = warmupSteps
    settings.weightDecay = weightDecay
    settings.maxGradNorm = maxGradNorm
    settings.beta1 = adamBeta1
    settings.beta2 = adamBeta2
    settings.epsilon = adamEpsilon
    settings.maxLength = maxLength
    settings.seed = seed
    settings.loggingSteps = loggingSteps
    settings.evalSteps = evalSteps
    settings.saveSteps = saveSteps
    settings.saveTotalLimit = saveTotalLimit
    settings.shuffle = shuffle
    settings.earlyStoppingPatience = earlyStoppingPatience
    settings.adapter = full ? nil : adapter
    return settings
  }

  private var adapter: AdapterConfiguration {
    AdapterConfiguration(
      rank: loraR,
      alpha: loraAlpha,
      dropout: loraDropout,
      usesRankStabilizedScale: useRslora,
      usesWeightDecomposition: useDora,
      targetModules: loraTargetModules.isEmpty
        ? ["q_proj", "v_proj"] : TargetModules(settings: loraTargetModules),
      modulesToSave: loraModulesToSave
    )
  }
}

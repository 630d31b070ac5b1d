import RealignTraining

/// The settings of the bundled run, measured for its small base model.
public enum AtlasPreset {
  /// Settings that differ from the defaults; every flag and file still overrides them.
  public static var configuration: RunConfiguration {
    var c = RunConfiguration()
    c.collect.passagesPerQuestion = 5
    c.collect.maxNewTokens = 40
    c.collect.maxPairs = 1200
    c.collect.samplesPerQuestion = 4
    c.collect.temperature = 1
    c.evaluate.maxNewTokens = 40
    c.evaluate.batchSize = 128
    c.evaluate.klPrompts = 240
    c.sft.trainer = trainer(rate: 2e-4, steps: 60, batch: 32, evaluations: 20)
    c.cite.trainer = trainer(rate: 1e-3, steps: 2500, batch: 48, evaluations: 0)
    c.cite.generatedShare = 0.3
    c.cite.replayShare = 0.25
    c.cite.unanswerableShare = 0.42
    c.optimize.trainer = trainer(rate: 1e-4, steps: 24, batch: 32, evaluations: 8)
    c.optimize.preference.lossType = ["sigmoid", "sft"]
    c.optimize.preference.lossWeights = [1, 0.1]
    // The threshold is frozen on a few hundred answers; a tighter limit there keeps the rate on
    // other answers below the gate's.
    c.detect.maxFalsePositiveRate = 0.02
    c.optimize.prompts = 1600
    c.collect.reservedShare = 0.3
    c.optimize.inventedShare = 0.9
    c.optimize.refusalGuard = 0.3
    c.iterate.maxIterations = 1
    c.iterate.pairsPerCluster = 200
    return c
  }

  private static func trainer(
    rate: Double,
    steps: Int,
    batch: Int,
    evaluations: Int
  ) -> TrainerGroup {
    var group = TrainerGroup(learningRate: rate)
    group.maxSteps = steps
    group.perDeviceTrainBatchSize = batch
    group.full = true
    group.lrSchedulerType = .linear
    group.warmupRatio = 0.03
    group.adamBeta2 = 0.98
    group.maxLength = 512
    group.evalSteps = evaluations
    group.saveSteps = 200
    return group
  }
}

import RealignModels
import RealignTraining

/// How the bundled base model is made from nothing.
public struct BaseModelRecipe: Sendable, Equatable {
  /// Tokens of the vocabulary.
  public var vocabularySize = AtlasCorpus.vocabularySize
  /// Rows of text from which the tokenizer is learned.
  public var tokenizerRows = 20_000
  /// Width of the residual stream.
  public var hiddenSize = 128
  /// Blocks.
  public var layerCount = 5
  /// Query heads; key and value heads are as many.
  public var headCount = 4
  /// Width of the feed-forward layer.
  public var intermediateSize = 384
  /// Updates.
  public var steps = 20_000
  /// Rows per update.
  public var batchSize = 32
  /// Peak learning rate of the cosine schedule.
  public var learningRate = 2e-3
  /// Updates of warm-up.
  public var warmupSteps = 100
  /// Weight decay of matrices.
  public var weightDecay = 0.01
  /// Second-moment decay of AdamW.
  public var beta2 = 0.98
  /// Updates between two checkpoints and evaluations.
  public var evaluationSteps = 1000

  /// The recipe of the committed model.
  public init() {}

  var configuration: ModelConfiguration {
    ModelConfiguration(
      vocabularySize: vocabularySize,
      hiddenSize: hiddenSize,
      intermediateSize: intermediateSize,
      layerCount: layerCount,
      headCount: headCount,
      maximumPositions: 512
    )
  }

  var trainer: TrainerSettings {
    var settings = TrainerSettings()
    settings.learningRate = learningRate
    settings.maxSteps = steps
    settings.perDeviceTrainBatchSize = batchSize
    settings.schedule = .cosine
    settings.warmupSteps = warmupSteps
    settings.weightDecay = weightDecay
    settings.beta2 = beta2
    settings.shuffle = false
    settings.loggingSteps = 50
    settings.evalSteps = evaluationSteps
    settings.saveSteps = evaluationSteps
    settings.saveTotalLimit = 1
    return settings
  }
}

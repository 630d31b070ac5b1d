import RealignModels
import RealignNumerics
import RealignTraining

/// About how much memory a training needs, from sizes alone; bytes.
struct MemoryEstimate: Sendable, Equatable {
  /// The model's weights.
  var weights: Int
  /// Gradients and both moments of what is trained, and the adapters.
  var trainingState: Int
  /// What a pass keeps for the largest micro-batch, the vocabulary projection included.
  var activations: Int

  /// All of it.
  var total: Int { weights + trainingState + activations }

  /// - Parameters:
  ///   - model: The model with its adapters in place.
  ///   - rows: Most packed tokens of a micro-batch.
  ///   - keepsBest: Whether the best state is kept beside the last.
  init(model: LanguageModel, rows: Int, keepsBest: Bool) {
    let c = model.configuration
    let trained = model.trainable.layout.count
    weights = 4 * model.parameterCount
    trainingState = 4 * trained * (3 + (keepsBest ? 1 : 0) + (model.adapter == nil ? 0 : 1))
    let perRow =
      4 * c.hiddenSize + c.attentionWidth + c.queryWidth + c.headCount + 2
      + 3 * c.intermediateSize
    let decomposed = model.adapter?.decomposedOutputCount ?? 0
    let scratch =
      3 * c.hiddenSize + c.attentionWidth + c.queryWidth + 3 * c.intermediateSize
    // The projection works in blocks of about four million logits.
    let headRows = min(rows, min(max(4_194_304 / c.vocabularySize, 128), 2048))
    activations =
      4 * (rows * (c.layerCount * perRow + decomposed + scratch) + headRows * c.vocabularySize)
  }

  /// Says what will be needed, and warns when the machine has less.
  func report(_ progress: any ProgressReporter) {
    progress.detail(
      "memory: about \(Count.bytes(total)) (weights \(Count.bytes(weights)), training state "
        + "\(Count.bytes(trainingState)), activations \(Count.bytes(activations)))"
    )
    let available = MachineInformation.memoryBytes
    if total > available {
      progress.warn(
        "training needs about \(Count.bytes(total)) of memory and this machine has "
          + "\(Count.bytes(available)); lower per_device_train_batch_size or max_length"
      )
    }
  }
}

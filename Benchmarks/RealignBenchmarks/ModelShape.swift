import RealignModels

/// The sizes of a model to be measured with random weights.
public struct ModelShape: Sendable, Equatable {
  /// Its name on the command line.
  public let name: String
  /// Vocabulary.
  public let vocabularySize: Int
  /// Width.
  public let hiddenSize: Int
  /// Width of the feed-forward layer.
  public let intermediateSize: Int
  /// Blocks.
  public let layerCount: Int
  /// Query heads.
  public let headCount: Int
  /// Key and value heads.
  public let keyValueHeadCount: Int

  /// The bundled model's.
  public static let tiny = ModelShape(
    name: "tiny",
    vocabularySize: 1024,
    hiddenSize: 128,
    intermediateSize: 384,
    layerCount: 5,
    headCount: 4,
    keyValueHeadCount: 4
  )

  /// SmolLM2-135M's.
  public static let smolLM2 = ModelShape(
    name: "smollm2-135m",
    vocabularySize: 49_152,
    hiddenSize: 576,
    intermediateSize: 1536,
    layerCount: 30,
    headCount: 9,
    keyValueHeadCount: 3
  )

  /// SmolLM2-360M's.
  public static let smolLM2Large = ModelShape(
    name: "smollm2-360m",
    vocabularySize: 49_152,
    hiddenSize: 960,
    intermediateSize: 2560,
    layerCount: 32,
    headCount: 15,
    keyValueHeadCount: 5
  )

  /// SmolLM2-1.7B's.
  public static let smolLM2Largest = ModelShape(
    name: "smollm2-1.7b",
    vocabularySize: 49_152,
    hiddenSize: 2048,
    intermediateSize: 8192,
    layerCount: 24,
    headCount: 32,
    keyValueHeadCount: 32
  )

  /// Qwen2-0.5B's, its biases aside.
  public static let qwen2 = ModelShape(
    name: "qwen2-0.5b",
    vocabularySize: 151_936,
    hiddenSize: 896,
    intermediateSize: 4864,
    layerCount: 24,
    headCount: 14,
    keyValueHeadCount: 2
  )

  /// Every shape, by name.
  public static let all = [tiny, smolLM2, smolLM2Large, smolLM2Largest, qwen2]

  /// The configuration of a model with tied embeddings.
  public func configuration(positions: Int) -> ModelConfiguration {
    ModelConfiguration(
      vocabularySize: vocabularySize,
      hiddenSize: hiddenSize,
      intermediateSize: intermediateSize,
      layerCount: layerCount,
      headCount: headCount,
      keyValueHeadCount: keyValueHeadCount,
      maximumPositions: positions
    )
  }

  /// Weights of the linear layers of all blocks.
  public var blockWeights: Double {
    let head = hiddenSize / headCount
    let attention = hiddenSize * head * (2 * headCount + 2 * keyValueHeadCount)
    return Double(layerCount * (attention + 3 * hiddenSize * intermediateSize))
  }

  /// Weights of the adapters of all linear layers, of a rank.
  public func adapterWeights(rank: Int) -> Double {
    let head = hiddenSize / headCount
    let sides = [
      (hiddenSize, headCount * head), (hiddenSize, keyValueHeadCount * head),
      (hiddenSize, keyValueHeadCount * head), (headCount * head, hiddenSize),
      (hiddenSize, intermediateSize), (hiddenSize, intermediateSize),
      (intermediateSize, hiddenSize),
    ]
    return Double(layerCount * rank * sides.reduce(0) { $0 + $1.0 + $1.1 })
  }

  /// Weights of the vocabulary projection.
  public var headWeights: Double { Double(vocabularySize * hiddenSize) }
}

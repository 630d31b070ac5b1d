import RealignNumerics
import RealignText

/// The sizes and switches of a decoder, as read from `config.json`.
///
/// Both spellings of transformers 4 (`torch_dtype`, `rope_theta`, `rope_scaling`) and 5 (`dtype`,
/// `rope_parameters`) are read; the version 4 spelling is written because both versions load it.
public struct ModelConfiguration: Sendable, Equatable {
  /// The architecture's name in `config.json`, for example `llama`.
  public var modelType = "llama"
  /// Number of rows of the embedding table.
  public var vocabularySize: Int
  /// Width of the residual stream.
  public var hiddenSize: Int
  /// Width of the feed-forward layer.
  public var intermediateSize: Int
  /// Number of blocks.
  public var layerCount: Int
  /// Number of query heads.
  public var headCount: Int
  /// Number of key and value heads; divides `headCount`.
  public var keyValueHeadCount: Int
  /// Width of one head.
  public var headDimension: Int
  /// Longest sequence the model was built for.
  public var maximumPositions: Int
  /// Added to the mean square before the root.
  public var normEpsilon: Float = 1e-6
  /// Base of the rotary frequencies.
  public var ropeTheta: Double = 10_000
  /// Frequency scaling of long-context models.
  public var ropeScaling: RotaryScaling?
  /// Base of the rotary frequencies of sliding blocks, where it differs.
  public var slidingRopeTheta: Double?
  /// Which blocks rotate queries and keys; empty for all.
  public var rotaryLayers: [Bool] = []
  /// Keys that a sliding block sees, the row's own included.
  public var slidingWindow: Int?
  /// Which blocks see no further than `slidingWindow`; empty for none.
  public var slidingLayers: [Bool] = []
  /// Attention scores are divided by its root; nil for the head's width.
  public var queryScalar: Double?
  /// Bound of the attention scores.
  public var attentionSoftCap: Float?
  /// Bound of the logits.
  public var finalSoftCap: Float?
  /// Whether the output projection is the embedding table.
  public var tiesEmbeddings = true
  /// Whether the attention projections carry biases.
  public var attentionBias = false
  /// Whether the feed-forward projections carry biases.
  public var feedForwardBias = false
  /// Standard deviation of freshly drawn weights.
  public var initializerRange: Double = 0.02
  /// Identifier of the first token, where the model has one.
  public var beginOfText: Int32?
  /// Identifiers that end a response.
  public var endOfText: [Int32] = []
  /// Identifier of the padding token, which is kept for other programs only.
  public var padding: Int32?

  /// Creates a configuration of a Llama decoder.
  ///
  /// Set `modelType` and the switches for another family.
  public init(
    vocabularySize: Int,
    hiddenSize: Int,
    intermediateSize: Int,
    layerCount: Int,
    headCount: Int,
    keyValueHeadCount: Int? = nil,
    headDimension: Int? = nil,
    maximumPositions: Int = 2048
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.headDimension = headDimension ?? hiddenSize / headCount
    self.maximumPositions = maximumPositions
  }

  /// Width of the concatenated query heads.
  public var queryWidth: Int { headCount * headDimension }
  /// Width of the concatenated key (or value) heads.
  public var keyValueWidth: Int { keyValueHeadCount * headDimension }
  /// Width of the fused query, key and value projection.
  public var attentionWidth: Int { queryWidth + 2 * keyValueWidth }
}

extension ModelConfiguration {
  /// The family of `modelType`.
  var architecture: Architecture {
    guard let architecture = Architectures.named(modelType) else {
      preconditionFailure("no architecture is called \(modelType)")
    }
    return architecture
  }

  /// What the decoder is made of.
  var decoder: DecoderDescription { architecture.describe(self) }

  /// Reads `config.json`; every size is checked before anything is allocated.
  ///
  /// - Parameters:
  ///   - json: The parsed file.
  ///   - file: Its path, for error messages.
  /// - Throws: `InputError` of kind `badData` naming the field, what was found and is accepted.
  public init(json: JSONObject, file: String) throws {
    let reader = ConfigurationReader(json: json, file: file)
    let modelType = try reader.string("model_type")
    guard let architecture = Architectures.named(modelType) else {
      throw InputError(
        .badData,
        "unsupported model architecture",
        file: file,
        field: "model_type",
        found: modelType,
        expected: Architectures.all.map(\.modelType).joined(separator: ", "),
        hint: Architectures.hint(for: modelType)
      )
    }
    try reader.refuseUnsupported()
    self = try architecture.read(reader)
    self.modelType = modelType
    beginOfText = try reader.tokenIdentifiers("bos_token_id").first
    endOfText = try reader.tokenIdentifiers("eos_token_id")
    // Old files write -1 for none.
    padding = json["pad_token_id"]?.intValue.flatMap {
      (0..<vocabularySize).contains($0) ? Int32($0) : nil
    }
    try checkSizes(reader)
  }

  private func checkSizes(_ reader: ConfigurationReader) throws {
    let bounds = [
      ("hidden_size", hiddenSize, 65_536), ("num_hidden_layers", layerCount, 1024),
      ("intermediate_size", intermediateSize, 1_048_576),
      ("vocab_size", vocabularySize, 4_194_304), ("num_attention_heads", headCount, 4096),
      ("head_dim", headDimension, 1024),
      ("max_position_embeddings", maximumPositions, 16_777_216),
    ]
    try reader.check(bounds)
    // They are looked up in the embedding table at the end of every training row.
    for id in endOfText where Int(id) >= vocabularySize {
      throw reader.error(
        "eos_token_id",
        found: "\(id)",
        expected: "ids below vocab_size (\(vocabularySize))"
      )
    }
    // Two tables of half a head's width are made for each kind of rotation.
    guard maximumPositions * headDimension <= 1 << 28 else {
      throw reader.error(
        "max_position_embeddings",
        found: "\(maximumPositions)",
        expected: "at most \((1 << 28) / headDimension) with heads of \(headDimension)"
      )
    }
  }

  /// The `config.json` of the family, which transformers 4 and 5 load.
  public var json: JSONValue {
    var object = architecture.write(self)
    object["bos_token_id"] = beginOfText.map { .number(Double($0)) } ?? .null
    object["eos_token_id"] =
      endOfText.count == 1
      ? .number(Double(endOfText[0])) : .array(endOfText.map { .number(Double($0)) })
    if let padding { object["pad_token_id"] = .number(Double(padding)) }
    return .object(object)
  }
}

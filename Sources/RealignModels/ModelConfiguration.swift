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

  /// Creates a configuration of a Llama-family decoder.
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
  /// Reads `config.json`; every size is checked before anything is allocated.
  ///
  /// - Parameters:
  ///   - json: The parsed file.
  ///   - file: Its path, for error messages.
  /// - Throws: `InputError` of kind `badData` naming the field, what was found and what is accepted.
  public init(json: JSONObject, file: String) throws {
    let reader = ConfigurationReader(json: json, file: file)
    let modelType = try reader.string("model_type")
    guard Architectures.all.contains(where: { $0.modelType == modelType }) else {
      throw InputError(
        .badData,
        "unsupported model architecture",
        file: file,
        field: "model_type",
        found: modelType,
        expected: Architectures.all.map(\.modelType).joined(separator: ", ")
      )
    }
    for key in ["quantization_config", "auto_map"] where json[key] != nil && json[key] != .null {
      throw InputError(
        .badData,
        "this kind of checkpoint is not supported",
        file: file,
        field: key,
        hint: "use an unquantised checkpoint without custom code"
      )
    }
    let hidden = try reader.size("hidden_size")
    let heads = try reader.size("num_attention_heads")
    self.init(
      vocabularySize: try reader.size("vocab_size"),
      hiddenSize: hidden,
      intermediateSize: try reader.size("intermediate_size"),
      layerCount: try reader.size("num_hidden_layers"),
      headCount: heads,
      keyValueHeadCount: try reader.optionalSize("num_key_value_heads"),
      headDimension: try reader.optionalSize("head_dim"),
      maximumPositions: try reader.optionalSize("max_position_embeddings") ?? 2048
    )
    self.modelType = modelType
    normEpsilon = Float(try reader.number("rms_norm_eps", default: 1e-6))
    initializerRange = try reader.number("initializer_range", default: 0.02)
    tiesEmbeddings = try reader.flag("tie_word_embeddings", default: false)
    attentionBias = try reader.flag("attention_bias", default: false)
    feedForwardBias = try reader.flag("mlp_bias", default: false)
    (ropeTheta, ropeScaling) = try reader.rotary()
    beginOfText = try reader.tokenIdentifiers("bos_token_id").first
    endOfText = try reader.tokenIdentifiers("eos_token_id")
    try checkConsistency(reader)
  }

  private func checkConsistency(_ reader: ConfigurationReader) throws {
    guard headCount % keyValueHeadCount == 0 else {
      throw reader.error(
        "num_key_value_heads",
        found: "\(keyValueHeadCount)",
        expected: "a divisor of num_attention_heads (\(headCount))"
      )
    }
    guard headDimension % 2 == 0, headDimension <= 1024 else {
      throw reader.error(
        "head_dim",
        found: "\(headDimension)",
        expected: "an even number up to 1024"
      )
    }
    let activation = try reader.optionalString("hidden_act") ?? "silu"
    guard activation == "silu" || activation == "swish" else {
      throw reader.error("hidden_act", found: activation, expected: "silu")
    }
    guard hiddenSize <= 65_536, layerCount <= 1024, intermediateSize <= 1_048_576,
      vocabularySize <= 4_194_304, headCount <= 4096, maximumPositions <= 16_777_216
    else {
      throw reader.error(
        "hidden_size",
        found: "\(hiddenSize) x \(layerCount) layers",
        expected: "sizes of a decoder that can exist"
      )
    }
  }

  /// The `config.json` of a `LlamaForCausalLM` that transformers loads.
  public var json: JSONValue {
    var object = JSONObject([
      "architectures": .array([.string("LlamaForCausalLM")]),
      "model_type": .string(modelType),
      "vocab_size": .number(Double(vocabularySize)),
      "hidden_size": .number(Double(hiddenSize)),
      "intermediate_size": .number(Double(intermediateSize)),
      "num_hidden_layers": .number(Double(layerCount)),
      "num_attention_heads": .number(Double(headCount)),
      "num_key_value_heads": .number(Double(keyValueHeadCount)),
      "head_dim": .number(Double(headDimension)),
      "hidden_act": .string("silu"),
      "max_position_embeddings": .number(Double(maximumPositions)),
      "rms_norm_eps": .number(Self.shortest(normEpsilon)),
      "rope_theta": .number(ropeTheta),
      "tie_word_embeddings": .bool(tiesEmbeddings),
      "attention_bias": .bool(attentionBias),
      "mlp_bias": .bool(feedForwardBias),
      "initializer_range": .number(initializerRange),
      "torch_dtype": .string("float32"),
    ])
    if let ropeScaling { object["rope_scaling"] = ConfigurationReader.json(of: ropeScaling) }
    object["bos_token_id"] = beginOfText.map { .number(Double($0)) } ?? .null
    object["eos_token_id"] =
      endOfText.count == 1
      ? .number(Double(endOfText[0])) : .array(endOfText.map { .number(Double($0)) })
    return .object(object)
  }

  /// A Float printed with its own shortest digits, not those of its Double neighbour.
  private static func shortest(_ value: Float) -> Double {
    Double(value.description) ?? Double(value)
  }
}

import RealignText

/// Gemma 2 (Gemma Team 2024): norms around attention and feed-forward, bounded scores and logits,
/// every other block within a sliding window.
enum Gemma2 {
  static let architecture = Architecture(
    modelType: "gemma2",
    summary: "Gemma 2 decoders: norms around each half, soft caps, alternating windows",
    read: { reader in
      var c = try readShared(reader, maximumPositions: 8192)
      (c.ropeTheta, c.ropeScaling) = try reader.rotary(maximumPositions: c.maximumPositions)
      c.attentionSoftCap = try reader.cap("attn_logit_softcapping", whenAbsent: 50)
      c.finalSoftCap = try reader.cap("final_logit_softcapping", whenAbsent: 30)
      let window = try reader.optionalSize("sliding_window", whenAbsent: 4096)
      let layers = try reader.slidingLayers(c) { window != nil && $0 % 2 == 0 }
      try reader.setWindow(window, layers, into: &c)
      return c
    },
    write: { c in writeShared(c, className: "Gemma2ForCausalLM") },
    describe: describeShared
  )

  /// The keys both Gemma families read alike.
  static func readShared(
    _ reader: ConfigurationReader,
    maximumPositions: Int
  ) throws -> ModelConfiguration {
    try reader.checkActivation("hidden_activation", is: [activation])
    try reader.require("use_bidirectional_attention", is: false)
    var c = try reader.decoder(
      ConfigurationReader.Defaults(
        keyValueHeads: 4,
        headDimension: 256,
        maximumPositions: maximumPositions,
        tiesEmbeddings: true
      )
    )
    c.attentionBias = try reader.flag("attention_bias", default: false)
    c.queryScalar = try reader.number("query_pre_attn_scalar", default: 256)
    return c
  }

  /// The keys both Gemma families write alike.
  static func writeShared(_ c: ModelConfiguration, className: String) -> JSONObject {
    var object = c.sharedKeys(
      className: className,
      activation: activation,
      biases: ["attention_bias": c.attentionBias]
    )
    object["hidden_activation"] = .string(activation)
    object["query_pre_attn_scalar"] = .number(c.queryScalar ?? Double(c.headDimension))
    object["attn_logit_softcapping"] = ModelConfiguration.json(c.attentionSoftCap.map(Double.init))
    object["final_logit_softcapping"] = ModelConfiguration.json(c.finalSoftCap.map(Double.init))
    object["sliding_window"] = ModelConfiguration.json(c.slidingWindow.map(Double.init))
    object["layer_types"] = c.layerTypes
    // Absent, it would be 0, whose embedding transformers does not train.
    object["pad_token_id"] = .null
    return object
  }

  /// What both Gemma families are made of.
  @Sendable static func describeShared(_ c: ModelConfiguration) -> DecoderDescription {
    let scalar = c.queryScalar ?? Double(c.headDimension)
    var decoder = DecoderDescription(
      layers: DecoderDescription.layers(c, scale: Float(1 / scalar.squareRoot()))
    )
    decoder.names.feedForwardNorm = "pre_feedforward_layernorm"
    decoder.normalization = .rootMeanSquareAroundOne
    decoder.feedForward = .geGLU
    decoder.biases.attentionInput = c.attentionBias
    decoder.biases.attentionOutput = c.attentionBias
    decoder.normalizesOutputs = true
    decoder.embeddingScale = Float(Double(c.hiddenSize).squareRoot())
    decoder.finalSoftCap = c.finalSoftCap
    return decoder
  }

  private static let activation = "gelu_pytorch_tanh"
}

extension ConfigurationReader {
  /// A bound of logits: null for none, the family's own where the key is absent.
  func cap(_ field: String, whenAbsent fallback: Float?) throws -> Float? {
    json[field] == nil ? fallback : try optionalNumber(field).map { Float($0) }
  }
}

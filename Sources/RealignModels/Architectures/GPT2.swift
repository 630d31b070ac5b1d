import RealignText

/// GPT-2 (Radford and others 2019): layer norms, learnt positions, GELU, one fused projection.
///
/// Its projections are stored as (in, out), and some files leave out the prefix `transformer.`.
enum GPT2 {
  static let architecture = Architecture(
    modelType: "gpt2",
    summary: "GPT-2 decoders: LayerNorm, learnt positions, GELU",
    read: { reader in
      try reader.checkActivation("activation_function", is: activations)
      try reader.require("scale_attn_weights", is: true)
      try reader.require("scale_attn_by_inverse_layer_idx", is: false)
      let hidden = try reader.size("n_embd")
      let heads = try reader.size("n_head")
      guard hidden % heads == 0 else {
        throw reader.error("n_head", found: "\(heads)", expected: "a divisor of n_embd (\(hidden))")
      }
      var c = ModelConfiguration(
        vocabularySize: try reader.size("vocab_size"),
        hiddenSize: hidden,
        intermediateSize: try reader.optionalSize("n_inner") ?? 4 * hidden,
        layerCount: try reader.size("n_layer"),
        headCount: heads,
        maximumPositions: try reader.optionalSize("n_positions") ?? 1024
      )
      c.normEpsilon = Float(try reader.number("layer_norm_epsilon", default: 1e-5))
      c.initializerRange = try reader.number("initializer_range", default: 0.02)
      c.tiesEmbeddings = try reader.flag("tie_word_embeddings", default: true)
      return c
    },
    write: { c in
      [
        "architectures": .array([.string("GPT2LMHeadModel")]),
        "model_type": .string(c.modelType),
        "vocab_size": .number(Double(c.vocabularySize)),
        "n_embd": .number(Double(c.hiddenSize)),
        "n_inner": .number(Double(c.intermediateSize)),
        "n_layer": .number(Double(c.layerCount)),
        "n_head": .number(Double(c.headCount)),
        "n_positions": .number(Double(c.maximumPositions)),
        "activation_function": .string(activations[0]),
        "layer_norm_epsilon": .number(ModelConfiguration.shortest(c.normEpsilon)),
        "tie_word_embeddings": .bool(c.tiesEmbeddings),
        "initializer_range": .number(c.initializerRange),
        "torch_dtype": .string("float32"),
      ]
    },
    describe: { c in
      var decoder = DecoderDescription(
        layers: [DecoderDescription.Layer](repeating: .init(), count: c.layerCount)
      )
      decoder.names = names
      decoder.normalization = .layer
      decoder.feedForward = .gelu
      decoder.biases = DecoderDescription.Biases(
        attentionInput: true,
        attentionOutput: true,
        feedForward: true
      )
      return decoder
    }
  )

  /// Two names of the tanh form.
  private static let activations = ["gelu_new", "gelu_pytorch_tanh"]

  private static let names: DecoderNames = {
    var names = DecoderNames()
    names.embedding = "transformer.wte.weight"
    names.positions = "transformer.wpe.weight"
    names.finalNorm = "transformer.ln_f"
    names.blocks = "transformer.h."
    names.attentionNorm = "ln_1"
    names.attentionInput = ["attn.c_attn"]
    names.attentionOutput = "attn.c_proj"
    names.feedForwardNorm = "ln_2"
    names.feedForwardInput = ["mlp.c_fc"]
    names.feedForwardOutput = "mlp.c_proj"
    names.storesTransposed = true
    names.optionalPrefix = "transformer."
    names.bufferSuffixes = [".attn.bias", ".attn.masked_bias"]
    return names
  }()
}

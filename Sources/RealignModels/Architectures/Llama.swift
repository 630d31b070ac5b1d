/// Llama and what shares its blocks: SmolLM, SmolLM2, TinyLlama, Llama 2 and 3.
enum Llama {
  static let architecture = Architecture(
    modelType: "llama",
    summary: "Llama-family decoders: RMSNorm, rotary positions, grouped queries, SwiGLU",
    read: { reader in
      try reader.checkActivation("hidden_act", is: ["silu", "swish"])
      var c = try reader.decoder()
      c.attentionBias = try reader.flag("attention_bias", default: false)
      c.feedForwardBias = try reader.flag("mlp_bias", default: false)
      (c.ropeTheta, c.ropeScaling) = try reader.rotary(maximumPositions: c.maximumPositions)
      return c
    },
    write: { c in
      c.sharedKeys(
        className: "LlamaForCausalLM",
        biases: ["attention_bias": c.attentionBias, "mlp_bias": c.feedForwardBias]
      )
    },
    describe: { c in
      var decoder = DecoderDescription(layers: DecoderDescription.layers(c))
      decoder.biases = DecoderDescription.Biases(
        attentionInput: c.attentionBias,
        attentionOutput: c.attentionBias,
        feedForward: c.feedForwardBias
      )
      return decoder
    }
  )
}

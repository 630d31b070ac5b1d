/// Qwen3, dense: Llama's blocks with a norm on every head of queries and keys, and a head width of
/// their own.
enum Qwen3 {
  static let architecture = Architecture(
    modelType: "qwen3",
    summary: "Qwen3 decoders: Llama's blocks with norms on the heads of queries and keys",
    read: { reader in
      try reader.checkActivation("hidden_act", is: ["silu", "swish"])
      var c = try reader.decoder(
        ConfigurationReader.Defaults(
          keyValueHeads: 32,
          headDimension: 128,
          maximumPositions: 32_768
        )
      )
      c.attentionBias = try reader.flag("attention_bias", default: false)
      (c.ropeTheta, c.ropeScaling) = try reader.rotary(maximumPositions: c.maximumPositions)
      try reader.readSwitchedWindow(into: &c)
      return c
    },
    write: { c in
      var object = c.sharedKeys(
        className: "Qwen3ForCausalLM",
        biases: ["attention_bias": c.attentionBias]
      )
      c.writeSwitchedWindow(into: &object)
      return object
    },
    describe: { c in
      var decoder = DecoderDescription(layers: DecoderDescription.layers(c))
      decoder.normalizesHeads = true
      decoder.biases.attentionInput = c.attentionBias
      decoder.biases.attentionOutput = c.attentionBias
      return decoder
    }
  )
}

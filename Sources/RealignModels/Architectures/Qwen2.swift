/// Qwen2 and Qwen2.5: Llama's blocks with biases on queries, keys and values, and only there.
enum Qwen2 {
  static let architecture = Architecture(
    modelType: "qwen2",
    summary: "Qwen2 decoders: Llama's blocks with query, key and value biases",
    read: { reader in
      try reader.checkActivation("hidden_act", is: ["silu", "swish"])
      var c = try reader.decoder(
        ConfigurationReader.Defaults(keyValueHeads: 32, maximumPositions: 32_768)
      )
      (c.ropeTheta, c.ropeScaling) = try reader.rotary(maximumPositions: c.maximumPositions)
      try reader.readSwitchedWindow(into: &c)
      return c
    },
    write: { c in
      var object = c.sharedKeys(className: "Qwen2ForCausalLM")
      c.writeSwitchedWindow(into: &object)
      return object
    },
    describe: { c in
      var decoder = DecoderDescription(layers: DecoderDescription.layers(c))
      decoder.biases.attentionInput = true
      return decoder
    }
  )
}

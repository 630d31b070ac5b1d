import RealignText

/// Mistral 7B and its kin: Llama's blocks without biases, all within one sliding window or none.
enum Mistral {
  static let architecture = Architecture(
    modelType: "mistral",
    summary: "Mistral decoders: Llama's blocks with a sliding window",
    read: { reader in
      try reader.checkActivation("hidden_act", is: ["silu", "swish"])
      var c = try reader.decoder(
        ConfigurationReader.Defaults(keyValueHeads: 8, maximumPositions: 131_072)
      )
      (c.ropeTheta, c.ropeScaling) = try reader.rotary(maximumPositions: c.maximumPositions)
      let window = try reader.optionalSize("sliding_window", whenAbsent: 4096)
      let layers = try reader.slidingLayers(c) { _ in window != nil }
      guard Set(layers).count == 1 else {
        throw reader.error(
          "layer_types",
          found: reader.json["layer_types"]?.serialized() ?? "nothing",
          expected: "one kind for all layers of a mistral"
        )
      }
      try reader.setWindow(window, layers, into: &c)
      return c
    },
    write: { c in
      var object = c.sharedKeys(className: "MistralForCausalLM")
      object["sliding_window"] = ModelConfiguration.json(c.slidingWindow.map(Double.init))
      return object
    },
    describe: { c in DecoderDescription(layers: DecoderDescription.layers(c)) }
  )
}

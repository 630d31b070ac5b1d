import RealignText

/// SmolLM3: Llama's blocks, some of which do not rotate queries and keys (Yang and others 2025).
enum SmolLM3 {
  static let architecture = Architecture(
    modelType: "smollm3",
    summary: "SmolLM3 decoders: Llama's blocks, some without positions",
    read: { reader in
      try reader.checkActivation("hidden_act", is: ["silu", "swish"])
      var c = try reader.decoder(
        ConfigurationReader.Defaults(
          keyValueHeads: 4,
          maximumPositions: 32_768,
          tiesEmbeddings: true
        )
      )
      c.attentionBias = try reader.flag("attention_bias", default: false)
      c.feedForwardBias = try reader.flag("mlp_bias", default: false)
      (c.ropeTheta, c.ropeScaling) = try reader.rotary(
        defaultTheta: 2_000_000,
        maximumPositions: c.maximumPositions
      )
      let rotates = try rotaryLayers(reader, count: c.layerCount)
      if rotates.contains(false) { c.rotaryLayers = rotates }
      let isOn = try reader.flag("use_sliding_window", default: false)
      let window = isOn ? try reader.optionalSize("sliding_window") : nil
      let layers = try reader.slidingLayers(c) { window != nil && !rotates[$0] }
      try reader.setWindow(window, layers, into: &c)
      return c
    },
    write: { c in
      var object = c.sharedKeys(
        className: "SmolLM3ForCausalLM",
        biases: ["attention_bias": c.attentionBias, "mlp_bias": c.feedForwardBias]
      )
      object["no_rope_layers"] = .array(
        (0..<c.layerCount).map { .number($0 >= c.rotaryLayers.count || c.rotaryLayers[$0] ? 1 : 0) }
      )
      object["use_sliding_window"] = .bool(c.slidingWindow != nil)
      object["sliding_window"] = ModelConfiguration.json(c.slidingWindow.map(Double.init))
      object["layer_types"] = c.layerTypes
      // Absent, it would be a token of the published vocabulary.
      object["pad_token_id"] = .null
      return object
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

  /// `no_rope_layers` holds 1 for a block that rotates; without it every fourth does not.
  private static func rotaryLayers(_ reader: ConfigurationReader, count: Int) throws -> [Bool] {
    guard let value = reader.json["no_rope_layers"], value != .null else {
      let interval = try reader.optionalSize("no_rope_layer_interval") ?? 4
      return (0..<count).map { ($0 + 1) % interval != 0 }
    }
    let found = (value.arrayValue ?? []).compactMap(\.intValue)
    guard found.count >= count, found.allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw reader.error(
        "no_rope_layers",
        found: value.serialized(),
        expected: "\(count) of 1 (rotates) and 0 (does not)"
      )
    }
    return found.prefix(count).map { $0 == 1 }
  }
}

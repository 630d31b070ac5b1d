import RealignText

extension ConfigurationReader {
  /// What a family assumes where a key is absent.
  struct Defaults {
    /// Nil for as many as query heads.
    var keyValueHeads: Int?
    /// Nil for an equal share of the hidden size.
    var headDimension: Int?
    var maximumPositions = 2048
    var tiesEmbeddings = false
    var ropeTheta = 10_000.0
  }

  /// Reads the keys that Llama shares with most families.
  func decoder(_ defaults: Defaults = Defaults()) throws -> ModelConfiguration {
    let hidden = try size("hidden_size")
    let heads = try size("num_attention_heads")
    let headDimension = try optionalSize("head_dim", whenAbsent: defaults.headDimension)
    guard headDimension != nil || hidden % heads == 0 else {
      throw error(
        "num_attention_heads",
        found: "\(heads)",
        expected: "a divisor of hidden_size (\(hidden)), or head_dim as well"
      )
    }
    var c = ModelConfiguration(
      vocabularySize: try size("vocab_size"),
      hiddenSize: hidden,
      intermediateSize: try size("intermediate_size"),
      layerCount: try size("num_hidden_layers"),
      headCount: heads,
      keyValueHeadCount: try optionalSize(
        "num_key_value_heads",
        whenAbsent: defaults.keyValueHeads
      ),
      headDimension: headDimension,
      maximumPositions: try optionalSize("max_position_embeddings") ?? defaults.maximumPositions
    )
    c.normEpsilon = Float(try number("rms_norm_eps", default: 1e-6))
    c.initializerRange = try number("initializer_range", default: 0.02)
    c.tiesEmbeddings = try flag("tie_word_embeddings", default: defaults.tiesEmbeddings)
    try checkHeads(c)
    return c
  }

  private func checkHeads(_ c: ModelConfiguration) throws {
    guard c.headCount % c.keyValueHeadCount == 0 else {
      throw error(
        "num_key_value_heads",
        found: "\(c.keyValueHeadCount)",
        expected: "a divisor of num_attention_heads (\(c.headCount))"
      )
    }
    guard c.headDimension % 2 == 0, c.headDimension <= 1024 else {
      throw error(
        "head_dim",
        found: "\(c.headDimension)",
        expected: "an even number up to 1024"
      )
    }
    guard c.layerCount <= 1024 else {
      throw error("num_hidden_layers", found: "\(c.layerCount)", expected: "at most 1024")
    }
  }

  /// Checks a field that must name one of the activations a family is built with.
  func checkActivation(_ field: String, is accepted: [String]) throws {
    let found = try optionalString(field) ?? accepted[0]
    guard accepted.contains(found) else {
      throw error(field, found: found, expected: accepted.joined(separator: " or "))
    }
  }

  /// Refuses a switch whose other position is not implemented.
  func require(_ field: String, is expected: Bool) throws {
    let found = try flag(field, default: expected)
    guard found == expected else {
      throw error(field, found: "\(found)", expected: "\(expected)")
    }
  }

  /// Which blocks slide: `layer_types` where given, else `fallback`.
  func slidingLayers(_ c: ModelConfiguration, fallback: (Int) -> Bool) throws -> [Bool] {
    guard let value = json["layer_types"], value != .null else {
      return (0..<c.layerCount).map(fallback)
    }
    let kinds = ["full_attention", "sliding_attention"]
    let found = (value.arrayValue ?? []).compactMap(\.stringValue)
    guard found.count == c.layerCount, found.allSatisfy(kinds.contains) else {
      throw error(
        "layer_types",
        found: value.serialized(),
        expected: "\(c.layerCount) of \(kinds.joined(separator: ", "))"
      )
    }
    return found.map { $0 == kinds[1] }
  }

  /// Sets window and sliding blocks of the Qwen families, whose windows are off by default.
  ///
  /// Blocks from number `max_window_layers` on slide unless `layer_types` says otherwise.
  func readSwitchedWindow(into c: inout ModelConfiguration) throws {
    let isOn = try flag("use_sliding_window", default: false)
    let window = isOn ? try optionalSize("sliding_window", whenAbsent: 4096) : nil
    let first = try optionalCount("max_window_layers") ?? 28
    let layers = try slidingLayers(c) { window != nil && $0 >= first }
    try setWindow(window, layers, into: &c)
  }

  /// Stores window and sliding blocks, which must come together.
  func setWindow(_ window: Int?, _ layers: [Bool], into c: inout ModelConfiguration) throws {
    guard layers.contains(true) else { return }
    guard let window else {
      throw error("sliding_window", found: "nothing", expected: "the window of the sliding layers")
    }
    c.slidingWindow = window
    c.slidingLayers = layers
  }

  /// A whole number from 0 on.
  private func optionalCount(_ field: String) throws -> Int? {
    json[field]?.intValue == 0 ? 0 : try optionalSize(field)
  }

  /// Refuses what no architecture can read, naming the key.
  func refuseUnsupported() throws {
    func refuse(_ field: String, _ why: String, _ hint: String) -> InputError {
      InputError(
        .badData,
        why,
        file: file,
        field: field,
        found: json[field]?.serialized(),
        hint: hint
      )
    }
    for key in ["quantization_config", "auto_map"] where json[key] != nil && json[key] != .null {
      throw refuse(
        key,
        "this kind of checkpoint is not supported",
        "use an unquantised checkpoint without custom code"
      )
    }
    for key in ["is_encoder_decoder", "add_cross_attention"]
    where try flag(key, default: false) {
      throw refuse(key, "encoder-decoder models are not supported", "use a decoder or an encoder")
    }
    for key in ["num_local_experts", "num_experts", "n_routed_experts"]
    where (json[key]?.doubleValue ?? 0) > 0 {
      throw refuse(key, "mixtures of experts are not supported", "use a dense model")
    }
  }
}

import RealignNumerics
import RealignText

extension ModelConfiguration {
  /// The keys of `config.json` that Llama shares with most families.
  ///
  /// - Parameters:
  ///   - className: The class of transformers that loads the checkpoint.
  ///   - activation: The activation's name.
  ///   - biases: The family's switches for biases, and their values.
  func sharedKeys(
    className: String,
    activation: String = "silu",
    biases: KeyValuePairs<String, Bool> = [:]
  ) -> JSONObject {
    var object = JSONObject([
      "architectures": .array([.string(className)]),
      "model_type": .string(modelType),
      "vocab_size": .number(Double(vocabularySize)),
      "hidden_size": .number(Double(hiddenSize)),
      "intermediate_size": .number(Double(intermediateSize)),
      "num_hidden_layers": .number(Double(layerCount)),
      "num_attention_heads": .number(Double(headCount)),
      "num_key_value_heads": .number(Double(keyValueHeadCount)),
      "head_dim": .number(Double(headDimension)),
      "hidden_act": .string(activation),
      "max_position_embeddings": .number(Double(maximumPositions)),
      "rms_norm_eps": .number(Self.shortest(normEpsilon)),
      "rope_theta": .number(ropeTheta),
      "tie_word_embeddings": .bool(tiesEmbeddings),
    ])
    for (key, value) in biases { object[key] = .bool(value) }
    object["initializer_range"] = .number(initializerRange)
    object["torch_dtype"] = .string("float32")
    if let ropeScaling { object["rope_scaling"] = ConfigurationReader.json(of: ropeScaling) }
    return object
  }

  /// The text of `config.json` beside weights of a type.
  ///
  /// Transformers 5 takes the bounds of logits only as numbers with a fraction.
  func fileText(weights type: ScalarType) -> String {
    let fractions = ["attn_logit_softcapping", "final_logit_softcapping"]
    var keys = json.objectValue ?? JSONObject()
    keys["torch_dtype"] = .string(type.torchName)
    let lines = JSONValue.object(keys).serialized(pretty: true).split(separator: "\n").map { line in
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2, fractions.contains(where: { parts[0].contains("\"\($0)\"") }) else {
        return String(line)
      }
      let end = parts[1].hasSuffix(",") ? "," : ""
      let isWhole = Int(parts[1].dropLast(end.count).drop { $0 == " " }) != nil
      return isWhole ? parts[0] + ":" + parts[1].dropLast(end.count) + ".0" + end : String(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The kind of attention of every block, under transformers' names.
  var layerTypes: JSONValue {
    .array(
      (0..<layerCount).map { index in
        let slides = index < slidingLayers.count && slidingLayers[index]
        return .string(slides ? "sliding_attention" : "full_attention")
      }
    )
  }

  /// A bound or a window, or null.
  static func json(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  /// The keys of the Qwen families' windows.
  func writeSwitchedWindow(into object: inout JSONObject) {
    object["use_sliding_window"] = .bool(slidingWindow != nil)
    object["sliding_window"] = Self.json(slidingWindow.map(Double.init))
    let full = slidingLayers.firstIndex(of: true) ?? layerCount
    object["max_window_layers"] = .number(Double(full))
    object["layer_types"] = layerTypes
  }

  /// A Float printed with its own shortest digits, not those of its Double neighbour.
  static func shortest(_ value: Float) -> Double {
    Double(value.description) ?? Double(value)
  }
}

extension ScalarType {
  /// What PyTorch and `config.json` call it.
  var torchName: String {
    switch self {
    case .f32: "float32"
    case .f16: "float16"
    case .bf16: "bfloat16"
    }
  }
}

import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Configurations of every family")
struct FamilyConfigurationTests {
  private static func config(_ name: String) throws -> JSONObject {
    try #require(try Fixtures.json("families.json")[name]?.objectValue?["config"]?.objectValue)
  }

  private static func read(
    _ name: String,
    _ change: (inout JSONObject) -> Void = { _ in }
  ) throws -> ModelConfiguration {
    var json = try config(name)
    change(&json)
    return try ModelConfiguration(json: json, file: "config.json")
  }

  @Test(
    "the spelling of version 4 that is written means what version 5 wrote",
    arguments: Family.names
  )
  func spellings(name: String) throws {
    let configuration = try Self.read(name)
    let written = try #require(configuration.json.objectValue)
    #expect(written["rope_parameters"] == nil)
    #expect(try ModelConfiguration(json: written, file: "config.json") == configuration)
  }

  @Test("a missing sliding_window is the family's own, null is none")
  func windows() throws {
    let absent = try Self.read("mistral") { $0 = $0.without("sliding_window") }
    #expect(absent.slidingWindow == 4096 && absent.slidingLayers == [true, true, true])
    let none = try Self.read("mistral") { $0["sliding_window"] = .null }
    #expect(none.slidingWindow == nil && none.slidingLayers.isEmpty)
    let off = try Self.read("qwen2") {
      $0["use_sliding_window"] = false
      $0["layer_types"] = .null
    }
    #expect(off.slidingWindow == nil)
    let late = try Self.read("qwen2") { $0["layer_types"] = .null }
    #expect(late.slidingLayers == [false, false, true])
    let gemma2 = try Self.read("gemma2") { $0["layer_types"] = .null }
    #expect(gemma2.slidingLayers == [true, false, true])
    let gemma3 = try Self.read("gemma3") {
      $0["layer_types"] = .null
      $0["sliding_window_pattern"] = 2
    }
    #expect(gemma3.slidingLayers == [true, false, true])
  }

  @Test("Gemma 3 reads both bases in either spelling, SmolLM3 its own default base")
  func bases() throws {
    let nested = try Self.read("gemma3")
    #expect(nested.ropeTheta == 100_000 && nested.slidingRopeTheta == 10_000)
    #expect(nested.ropeScaling == .linear(factor: 4))
    let flat = try Self.read("gemma3") {
      $0["rope_parameters"] = .null
      $0["rope_local_base_freq"] = 7
    }
    #expect(flat.ropeTheta == 1_000_000 && flat.slidingRopeTheta == 7 && flat.ropeScaling == nil)
    let smol = try Self.read("smollm3") {
      $0["rope_parameters"] = .null
      $0["no_rope_layers"] = .null
      $0["no_rope_layer_interval"] = 3
    }
    #expect(smol.ropeTheta == 2_000_000 && smol.rotaryLayers == [true, true, false])
  }

  @Test("a padding token is kept, and written as null where a family would assume one")
  func padding() throws {
    let padded = try Self.read("smollm3") { $0["pad_token_id"] = 7 }
    #expect(padded.padding == 7 && padded.json["pad_token_id"] == 7)
    for family in ["smollm3", "gemma2", "gemma3"] {
      #expect(try Self.read(family).json["pad_token_id"] == JSONValue.null, "\(family)")
    }
    let old = try Self.read("llama-yarn") { $0["pad_token_id"] = -1 }
    #expect(old.padding == nil && old.json["pad_token_id"] == nil)
  }

  @Test("bounds of logits are written with a fraction, which transformers 5 insists on")
  func fractions() throws {
    let folder = try TemporaryFolder()
    try ModelDirectory.save(try Family("gemma2").model, to: folder.path)
    let bytes = try InputFile.bytes(folder.path + "/config.json")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"attn_logit_softcapping\": 2.0,\n"))
    #expect(text.contains("\"final_logit_softcapping\": 3.0,\n"))
    #expect(text.contains("\"sliding_window\": 5,\n"))
  }

  @Test("YaRN's amplitude comes from the factor unless the file gives it")
  func yarn() throws {
    func amplitude(_ change: (inout JSONObject) -> Void) throws -> Double {
      var scaling: JSONObject = [
        "rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 16,
      ]
      change(&scaling)
      let c = try Self.read("llama-yarn") { $0["rope_scaling"] = .object(scaling) }
      guard case .yarn(_, _, _, _, _, let amplitude) = c.ropeScaling else { return 0 }
      return amplitude
    }
    // 0.1 ln 4 + 1, and (0.2 ln 4 + 1) / (0.05 ln 4 + 1).
    #expect(abs(try amplitude { _ in } - 1.138_629_436) < 1e-9)
    #expect(abs(try amplitude { $0["attention_factor"] = 0.5 } - 0.5) < 1e-12)
    let ratio = try amplitude {
      $0["mscale"] = 2
      $0["mscale_all_dim"] = 0.5
    }
    #expect(abs(ratio - 1.277_258_872 / 1.069_314_718) < 1e-9)
  }

  struct Bad: Sendable {
    let family: String
    let field: String
    let value: JSONValue
    /// The field named by the error, where it is another.
    var blamed: String?
  }

  static let refused: [Bad] = [
    Bad(family: "llama-yarn", field: "model_type", value: "gemma3"),
    Bad(family: "llama-yarn", field: "model_type", value: "qwen3_moe"),
    Bad(family: "llama-yarn", field: "model_type", value: "t5"),
    Bad(family: "llama-yarn", field: "num_local_experts", value: 8),
    Bad(family: "llama-yarn", field: "auto_map", value: ["AutoModel": "m.M"]),
    Bad(family: "gpt2", field: "add_cross_attention", value: true),
    Bad(family: "gpt2", field: "scale_attn_by_inverse_layer_idx", value: true),
    Bad(family: "gpt2", field: "activation_function", value: "relu"),
    Bad(family: "gpt2", field: "n_head", value: 3),
    Bad(family: "gpt2", field: "n_embd", value: -16),
    Bad(family: "mistral", field: "is_encoder_decoder", value: true),
    Bad(
      family: "mistral",
      field: "layer_types",
      value: ["full_attention", "sliding_attention", "full_attention"]
    ),
    Bad(family: "qwen2", field: "layer_types", value: ["full_attention"]),
    Bad(family: "qwen2", field: "use_sliding_window", value: false, blamed: "sliding_window"),
    Bad(family: "qwen2", field: "sliding_window", value: 0),
    Bad(family: "qwen3", field: "head_dim", value: 7),
    Bad(family: "qwen3", field: "num_attention_heads", value: 3, blamed: "num_key_value_heads"),
    Bad(family: "smollm3", field: "no_rope_layers", value: [1, 2, 0]),
    Bad(family: "gemma2", field: "hidden_activation", value: "silu"),
    Bad(family: "gemma2", field: "use_bidirectional_attention", value: true),
    Bad(family: "gemma2", field: "final_logit_softcapping", value: -1),
    Bad(family: "gemma3", field: "attn_logit_softcapping", value: 50),
    Bad(family: "gemma3", field: "rope_parameters", value: ["rope_type": "default"]),
    Bad(family: "llama-linear", field: "partial_rotary_factor", value: 0.5),
    Bad(
      family: "llama-linear",
      field: "rope_scaling",
      value: ["rope_type": "dynamic", "factor": 2],
      blamed: "rope_type"
    ),
    Bad(
      family: "llama-linear",
      field: "rope_scaling",
      value: ["rope_type": "linear"],
      blamed: "factor"
    ),
    Bad(family: "llama-linear", field: "max_position_embeddings", value: 1_000_000_000),
    Bad(family: "mistral", field: "max_position_embeddings", value: 16_777_216),
  ]

  @Test("what cannot be computed is refused by name", arguments: refused.indices)
  func refusals(index: Int) throws {
    let bad = Self.refused[index]
    let error = #expect(throws: InputError.self, "\(bad.family) \(bad.field)") {
      try Self.read(bad.family) {
        $0[bad.field] = bad.value
        if bad.value == 16_777_216 { $0["head_dim"] = 32 }
      }
    }
    #expect(error?.field == bad.blamed ?? bad.field, "\(bad.family) \(bad.field)")
    #expect(error?.kind == .badData)
  }

  @Test("a refused architecture is told what is supported")
  func supported() throws {
    let error = #expect(throws: InputError.self) {
      try Self.read("mistral") { $0["model_type"] = "mixtral" }
    }
    #expect(
      error?.expected == "llama, mistral, qwen2, qwen3, smollm3, gpt2, gemma2, gemma3_text"
    )
    #expect(error?.hint == "mixtures of experts are not supported")
  }
}

extension JSONObject {
  /// The same without a key.
  fileprivate func without(_ key: String) -> JSONObject {
    var result = JSONObject()
    for other in keys where other != key { result[other] = self[other] }
    return result
  }
}

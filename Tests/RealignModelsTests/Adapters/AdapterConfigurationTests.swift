import RealignModels
import RealignTestSupport
import RealignText
import Testing

@Suite("Settings of adapters")
struct AdapterConfigurationTests {
  private func refusal(_ configuration: AdapterConfiguration) -> InputError? {
    #expect(throws: InputError.self) {
      try configuration.validate(for: Fixtures.tinyModel().configuration)
    }
  }

  /// Module paths with an adapter.
  private func targets(_ modules: TargetModules, family: String = "qwen2") throws -> [String] {
    let configuration = AdapterConfiguration(rank: 1, targetModules: modules)
    let model = try Family(family).model
    try configuration.validate(for: model.configuration)
    return Adapter(configuration, for: model, seed: 1).layout.entries
      .filter { $0.name.hasSuffix(".lora_A.weight") }
      .map { $0.name.dropLast(".lora_A.weight".count).dropFirst("base_model.model.".count) }
      .map(String.init)
  }

  @Test("a list of settings means names, one expression or everything")
  func settings() {
    #expect(TargetModules(settings: ["v_proj", "mlp.up_proj"]) == ["v_proj", "mlp.up_proj"])
    #expect(TargetModules(settings: ["q_proj", "all-linear"]) == .allLinear)
    #expect(TargetModules(settings: [".*_proj"]) == .pattern(".*_proj"))
    #expect(TargetModules(settings: ["a{1", "2}"]) == .pattern("a{1,2}"))
  }

  @Test("names match whole components from the end")
  func names() throws {
    #expect(try targets(["q_proj"]).count == 3)
    #expect(try targets(["self_attn.q_proj", "mlp.up_proj"]).count == 6)
    #expect(
      try targets(["model.layers.1.mlp.down_proj", "layers.0.self_attn.v_proj"])
        == ["model.layers.0.self_attn.v_proj", "model.layers.1.mlp.down_proj"]
    )
    #expect(try targets(["c_proj"], family: "gpt2").count == 6)
    #expect(try targets(["attn.c_proj"], family: "gpt2").count == 3)
    #expect(try targets(.allLinear, family: "gpt2").count == 12)
    #expect(try targets(.pattern(#".*\.1\..*_proj"#)).count == 7)
    // A part of a component is no name, and an expression must match the whole path.
    #expect(refusal(AdapterConfiguration(targetModules: ["proj"]))?.found == "proj")
    #expect(refusal(AdapterConfiguration(targetModules: ["q_proj", "nose"]))?.found == "nose")
    #expect(refusal(AdapterConfiguration(targetModules: .pattern("q_proj")))?.found == "q_proj")
  }

  @Test(
    "a module that is no projection is named",
    arguments: [
      "lm_head", "embed_tokens", "norm", "input_layernorm", "self_attn", "model.layers.0",
    ]
  )
  func noProjection(name: String) {
    let error = refusal(AdapterConfiguration(targetModules: .names(["q_proj", name])))
    #expect(error?.field == "target_modules" && error?.found?.hasSuffix(name) == true)
    #expect(error?.hint?.contains("modules_to_save") == true)
  }

  @Test("full copies are of embeddings, norms and the head only")
  func copies() {
    for name in ["q_proj", "mlp", "layers", "model.layers.1"] {
      let error = refusal(AdapterConfiguration(modulesToSave: [name]))
      #expect(error?.field == "modules_to_save" && error?.found?.hasSuffix(name) == true)
    }
    #expect(refusal(AdapterConfiguration(modulesToSave: ["classifier"]))?.found == "classifier")
    #expect(refusal(AdapterConfiguration(modulesToSave: [""]))?.field == "modules_to_save")
  }

  @Test("values out of range are named by PEFT's field")
  func ranges() {
    func field(_ change: (inout AdapterConfiguration) -> Void) -> String? {
      var configuration = AdapterConfiguration(targetModules: ["q_proj"])
      change(&configuration)
      return refusal(configuration)?.field
    }
    #expect(field { $0.rank = 0 } == "r")
    #expect(field { $0.alpha = -1 } == "lora_alpha")
    #expect(field { $0.dropout = 1 } == "lora_dropout")
    #expect(field { $0.targetModules = [] } == "target_modules")
    #expect(field { $0.targetModules = .pattern("(") } == "target_modules")
    #expect(field { $0.excludedModules = .pattern("(") } == "exclude_modules")
    #expect(field { $0.excludedModules = ["q_proj"] } == "target_modules")
    #expect(field { $0.rankOverrides = [.init("q_proj", 2000)] } == "rank_pattern")
    #expect(field { $0.rankOverrides = [.init("q_proj)", 2)] } == "rank_pattern")
    #expect(field { $0.alphaOverrides = [.init("q_proj", 0)] } == "alpha_pattern")
    #expect(field { $0.layers = [0, 7] } == "layers_to_transform")
    #expect(
      field {
        $0.layers = [0]
        $0.targetModules = .allLinear
      } == "layers_to_transform"
    )
    #expect(field { $0.layersPatterns = ["lay.*"] } == "layers_pattern")
  }

  struct Bad: Sendable {
    let field: String
    let value: JSONValue
  }

  static let refused: [Bad] = [
    Bad(field: "peft_type", value: "LOHA"),
    Bad(field: "bias", value: "lora_only"),
    Bad(field: "lora_bias", value: true),
    Bad(field: "use_qalora", value: true),
    Bad(field: "use_bdlora", value: ["nblocks": 2]),
    Bad(field: "alora_invocation_tokens", value: [1, 2]),
    Bad(field: "trainable_token_indices", value: [3]),
    Bad(field: "target_parameters", value: ["experts.weight"]),
    Bad(field: "layer_replication", value: [[0, 2]]),
    Bad(field: "arrow_config", value: ["top_k": 3]),
    Bad(field: "kasa_config", value: ["beta": 1]),
    Bad(field: "velora_config", value: ["rank": 1]),
    Bad(field: "monteclora_config", value: ["n": 1]),
    Bad(field: "init_lora_weights", value: "pissa"),
    Bad(field: "target_modules", value: nil),
    Bad(field: "target_modules", value: [3]),
    Bad(field: "target_modules", value: ["lm_head"]),
    Bad(field: "layers_to_transform", value: [-1]),
    Bad(field: "layers_to_transform", value: "0"),
    Bad(field: "rank_pattern", value: 3),
    Bad(field: "rank_pattern.q_proj", value: nil),
    Bad(field: "modules_to_save", value: ["mlp"]),
    Bad(field: "r", value: 0),
    Bad(field: "lora_alpha", value: -4),
    Bad(field: "lora_dropout", value: 1),
    Bad(field: "use_dora", value: "yes"),
  ]

  @Test("what PEFT knows and this program does not is refused by name", arguments: refused.indices)
  func hostile(index: Int) throws {
    let bad = Self.refused[index]
    let peft = try PEFTCase("lora")
    var json = try #require(peft.golden["config"]?.objectValue)
    if bad.field == "rank_pattern.q_proj" {
      json["rank_pattern"] = ["q_proj": "two"]
    } else {
      json[bad.field] = bad.value
    }
    let path = peft.folder.path + "/adapter_config.json"
    try AtomicFile.write(JSONValue.object(json).serialized(), to: path)
    let error = #expect(throws: InputError.self) { try peft.adapted() }
    #expect(error?.field == bad.field && error?.file == path, "\(String(describing: error))")
  }

  @Test("one copy for two tied ends is refused; two copies are read")
  func tiedCopies() throws {
    let peft = try PEFTCase("tied head")
    var json = try #require(peft.golden["config"]?.objectValue)
    json["ensure_weight_tying"] = true
    try AtomicFile.write(
      JSONValue.object(json).serialized(),
      to: peft.folder.path + "/adapter_config.json"
    )
    let error = #expect(throws: InputError.self) { try peft.adapted() }
    #expect(error?.field == "ensure_weight_tying")
  }

  @Test("tensors that are missing, left over or of another shape are named")
  func tensors() throws {
    func error(_ change: (inout JSONObject) -> Void) throws -> InputError? {
      let peft = try PEFTCase("dora")
      var json = try #require(peft.golden["config"]?.objectValue)
      change(&json)
      try AtomicFile.write(
        JSONValue.object(json).serialized(),
        to: peft.folder.path + "/adapter_config.json"
      )
      return #expect(throws: InputError.self) { try peft.adapted() }
    }
    let first = "base_model.model.model.layers.0."
    #expect(try error { $0["r"] = 4 }?.field == first + "self_attn.q_proj.lora_A.weight")
    #expect(try error { $0["use_dora"] = false }?.field?.hasSuffix("magnitude_vector") == true)
    #expect(try error { $0["target_modules"] = ["q_proj"] }?.field?.hasPrefix(first) == true)
    let missing = try error { $0["modules_to_save"] = ["lm_head"] }
    #expect(missing?.field == "base_model.model.lm_head.weight")
  }

  @Test("a target that the model lacks is passed over in a file, as in PEFT")
  func lenient() throws {
    let peft = try PEFTCase("lora")
    var json = try #require(peft.golden["config"]?.objectValue)
    json["target_modules"] = ["q_proj", "v_proj", "c_attn"]
    json["modules_to_save"] = ["classifier", "score"]
    try AtomicFile.write(
      JSONValue.object(json).serialized(),
      to: peft.folder.path + "/adapter_config.json"
    )
    #expect(
      try peft.adapted().adapter?.configuration.targetModules == ["q_proj", "v_proj", "c_attn"]
    )
  }
}

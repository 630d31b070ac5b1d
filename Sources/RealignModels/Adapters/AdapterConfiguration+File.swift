import RealignText

extension AdapterConfiguration {
  /// Reads the object of `adapter_config.json`.
  ///
  /// - Throws: `InputError` naming file and field.
  init(json: JSONObject, file: String) throws {
    try self.init(ConfigurationReader(json: json, file: file))
  }

  /// Reads `adapter_config.json`; what would change the result and is not supported is refused.
  ///
  /// - Throws: `InputError` naming file and field.
  init(_ reader: ConfigurationReader) throws {
    guard try reader.string("peft_type") == "LORA" else {
      throw reader.error(
        "peft_type",
        found: try reader.string("peft_type"),
        expected: "LORA (plain, rank-stabilised or DoRA)"
      )
    }
    try Self.refuseUnsupported(reader)
    guard let targets = try Self.modules("target_modules", reader) else {
      throw reader.error("target_modules", found: "nothing", expected: TargetModules.expected)
    }
    self.init(
      rank: try reader.size("r"),
      alpha: try reader.number("lora_alpha", default: 8),
      dropout: reader.json["lora_dropout"]?.doubleValue ?? 0,
      usesRankStabilizedScale: try reader.flag("use_rslora", default: false),
      usesWeightDecomposition: try reader.flag("use_dora", default: false),
      targetModules: targets,
      modulesToSave: try Self.names("modules_to_save", reader)
    )
    excludedModules = try Self.modules("exclude_modules", reader) ?? []
    layers = try Self.layers(reader)
    layersPatterns = try Self.names("layers_pattern", reader)
    rankOverrides = try Self.overrides("rank_pattern", reader) { $0.intValue }
    alphaOverrides = try Self.overrides("alpha_pattern", reader) { $0.doubleValue }
    try validate(file: reader.file)
  }

  /// Variants whose forward pass or whose base weights are others than those of LoRA and DoRA.
  private static func refuseUnsupported(_ reader: ConfigurationReader) throws {
    let bias = try reader.optionalString("bias") ?? "none"
    guard bias == "none" else { throw reader.error("bias", found: bias, expected: "none") }
    for field in variants {
      let value = reader.json[field] ?? .null
      let isOff =
        value == .null || value == .bool(false) || value.arrayValue?.isEmpty == true
        || value.objectValue?.isEmpty == true
      guard isOff else {
        throw reader.error(
          field,
          found: value.serialized(),
          expected: "null or false: plain, rank-stabilised and DoRA adapters are supported"
        )
      }
    }
    // These change the base weights before training, so that A and B belong to other weights.
    let start = reader.json["init_lora_weights"] ?? .null
    if let name = start.stringValue, !["gaussian", "eva", "orthogonal"].contains(name) {
      throw InputError(
        .badData,
        "the adapter belongs to base weights that its initialisation changed",
        file: reader.file,
        field: "init_lora_weights",
        found: name,
        expected: "true, false, gaussian, eva or orthogonal",
        hint: "peft converts it: save_pretrained(path_initial_model_for_weight_conversion=...)"
      )
    }
  }

  /// Fields of PEFT that switch such a variant on.
  private static let variants = [
    "lora_bias", "use_qalora", "use_bdlora", "alora_invocation_tokens", "trainable_token_indices",
    "target_parameters", "layer_replication", "arrow_config", "kasa_config", "velora_config",
    "monteclora_config",
  ]

  private static func modules(
    _ field: String,
    _ reader: ConfigurationReader
  ) throws -> TargetModules? {
    guard let value = reader.json[field], value != .null else { return nil }
    if let text = value.stringValue {
      return text.lowercased() == "all-linear" ? .allLinear : .pattern(text)
    }
    return .names(try names(field, reader))
  }

  /// A list of strings, one string, or nothing.
  private static func names(_ field: String, _ reader: ConfigurationReader) throws -> [String] {
    guard let value = reader.json[field], value != .null else { return [] }
    let items = value.arrayValue ?? [value]
    let names = items.compactMap(\.stringValue)
    guard names.count == items.count else {
      throw reader.error(field, found: value.serialized(), expected: "names of modules")
    }
    return names
  }

  private static func layers(_ reader: ConfigurationReader) throws -> [Int]? {
    let field = "layers_to_transform"
    guard let value = reader.json[field], value != .null else { return nil }
    let items = value.arrayValue ?? [value]
    let layers = items.compactMap(\.intValue).filter { $0 >= 0 }
    guard layers.count == items.count else {
      throw reader.error(field, found: value.serialized(), expected: "numbers of blocks from 0")
    }
    return layers.isEmpty ? nil : layers
  }

  private static func overrides<Value: Sendable & Equatable>(
    _ field: String,
    _ reader: ConfigurationReader,
    _ read: (JSONValue) -> Value?
  ) throws -> [Override<Value>] {
    guard let value = reader.json[field], value != .null else { return [] }
    guard let object = value.objectValue else {
      throw reader.error(field, found: value.serialized(), expected: "an object of numbers")
    }
    return try object.pairs.map { pair in
      guard let number = read(pair.value) else {
        throw reader.error(
          field + "." + pair.key,
          found: pair.value.serialized(),
          expected: "a number"
        )
      }
      return Override(pair.key, number)
    }
  }
}

extension AdapterConfiguration {
  /// The content of `adapter_config.json`.
  func json(baseModel: String, isTransposed: Bool) -> JSONValue {
    func list(_ names: [String]) -> JSONValue {
      names.isEmpty ? .null : .array(names.map { .string($0) })
    }
    var object: JSONObject = [
      "peft_type": .string("LORA"),
      "task_type": .string("CAUSAL_LM"),
      "base_model_name_or_path": .string(baseModel),
      "inference_mode": .bool(true),
      "r": .number(Double(rank)),
      "lora_alpha": .number(alpha),
      "lora_dropout": .number(dropout),
      "use_rslora": .bool(usesRankStabilizedScale),
      "use_dora": .bool(usesWeightDecomposition),
      "bias": .string("none"),
      "fan_in_fan_out": .bool(isTransposed),
      "target_modules": targetModules.json,
      "modules_to_save": list(modulesToSave),
    ]
    // What hardly any adapter has is written only where it says something.
    if excludedModules != [] { object["exclude_modules"] = excludedModules.json }
    if let layers { object["layers_to_transform"] = .array(layers.map { .number(Double($0)) }) }
    if !layersPatterns.isEmpty { object["layers_pattern"] = list(layersPatterns) }
    if !rankOverrides.isEmpty {
      object["rank_pattern"] = .object(
        JSONObject(pairs: rankOverrides.map { ($0.pattern, .number(Double($0.value))) })
      )
    }
    if !alphaOverrides.isEmpty {
      object["alpha_pattern"] = .object(
        JSONObject(pairs: alphaOverrides.map { ($0.pattern, .number($0.value)) })
      )
    }
    return .object(object)
  }
}

extension TargetModules {
  /// As PEFT writes it.
  fileprivate var json: JSONValue {
    switch self {
    case .names(let names): .array(names.map { .string($0) })
    case .pattern(let pattern): .string(pattern)
    case .allLinear: .string("all-linear")
    }
  }
}

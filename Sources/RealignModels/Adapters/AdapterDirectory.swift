import Foundation
import RealignNumerics
import RealignText

/// An adapter directory in PEFT's layout: `adapter_config.json`, `adapter_model.safetensors`.
public enum AdapterDirectory {
  static let configurationName = "adapter_config.json"
  static let weightsName = "adapter_model.safetensors"

  /// Writes an adapter that `peft` loads.
  public static func save(_ adapter: Adapter, baseModel: String, to directory: String) throws {
    try FileManager.default.createDirectoryOrThrow(directory)
    let tensors = adapter.layout.entries.map { entry in
      (name: entry.name, shape: entry.shape, values: adapter.parameters.slice(entry.range))
    }
    try AtomicFile.write(
      SafeTensorsWriter.data(tensors, metadata: ["format": "pt"]),
      to: directory + "/" + weightsName
    )
    let c = adapter.configuration
    // PEFT must know which base weights are stored as (in, out): those with names of their own.
    let isTransposed = c.targetModules.contains { !AdapterConfiguration.allLinear.contains($0) }
    let json: JSONValue = .object([
      "peft_type": .string("LORA"),
      "task_type": .string("CAUSAL_LM"),
      "base_model_name_or_path": .string(baseModel),
      "inference_mode": .bool(true),
      "r": .number(Double(c.rank)),
      "lora_alpha": .number(c.alpha),
      "lora_dropout": .number(c.dropout),
      "use_rslora": .bool(c.usesRankStabilizedScale),
      "use_dora": .bool(false),
      "bias": .string("none"),
      "fan_in_fan_out": .bool(isTransposed),
      "target_modules": .array(c.targetModules.map { .string($0) }),
    ])
    try AtomicFile.write(
      json.serialized(pretty: true) + "\n",
      to: directory + "/" + configurationName
    )
  }

  /// Reads an adapter for a model.
  ///
  /// - Throws: `InputError` naming what is missing, unsupported or of the wrong shape.
  public static func load(_ directory: String, for model: ModelConfiguration) throws -> Adapter {
    let configuration = try loadConfiguration(directory).resolved(for: model)
    try configuration.validate(for: model, file: directory + "/" + configurationName)
    let layout = Adapter.layout(configuration, for: model)
    let file = try SafeTensorsFile(path: directory + "/" + weightsName)
    // All shapes are compared before the first allocation, which the configuration alone sizes.
    let entries = try layout.entries.map { place in
      guard let entry = file.entry(place.name) else {
        throw InputError(
          .badData,
          "the adapter lacks a tensor",
          file: file.path,
          field: place.name
        )
      }
      guard entry.shape == place.shape else {
        throw InputError(
          .badData,
          "an adapter tensor does not fit the model",
          file: file.path,
          field: place.name,
          found: "\(entry.shape)",
          expected: "\(place.shape)"
        )
      }
      return entry
    }
    if let stranger = file.entries.first(where: { layout[$0.name] == nil }) {
      throw InputError(
        .badData,
        "the adapter holds a tensor its configuration does not explain",
        file: file.path,
        field: stranger.name
      )
    }
    let values = Tensor(rows: 1, columns: layout.count)
    for (entry, place) in zip(entries, layout.entries) {
      file.load(entry, into: values.slice(place.range))
    }
    guard values.isFinite else {
      throw InputError(.badData, "the adapter holds NaN or infinite values", file: file.path)
    }
    return Adapter(configuration: configuration, layout: layout, parameters: values)
  }

  private static func loadConfiguration(_ directory: String) throws -> AdapterConfiguration {
    let path = directory + "/" + configurationName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw InputError(.missingInput, "not an adapter directory", file: path)
    }
    guard let json = try JSONValue.parse([UInt8](bytes), file: path, line: nil).objectValue else {
      throw InputError(.badData, "adapter_config.json is not an object", file: path)
    }
    return try AdapterConfiguration(json: json, file: path)
  }
}

extension AdapterConfiguration {
  /// Reads `adapter_config.json`.
  ///
  /// - Throws: `InputError` naming what is missing, unsupported or out of range.
  init(json: JSONObject, file path: String) throws {
    let reader = ConfigurationReader(json: json, file: path)
    guard try reader.string("peft_type") == "LORA" else {
      throw reader.error("peft_type", found: try reader.string("peft_type"), expected: "LORA")
    }
    // `fan_in_fan_out` says how the base weight is stored; A and B are the same either way.
    if try reader.flag("use_dora", default: false) {
      throw reader.error("use_dora", found: "true", expected: "false")
    }
    let targets = json["target_modules"]
    var modules = (targets?.arrayValue ?? []).compactMap(\.stringValue)
    if targets?.stringValue == "all-linear" { modules = AdapterConfiguration.allLinear }
    guard !modules.isEmpty else {
      throw reader.error(
        "target_modules",
        found: targets?.serialized() ?? "nothing",
        expected: "a list of projections or \"all-linear\""
      )
    }
    self.init(
      rank: try reader.size("r"),
      alpha: try reader.number("lora_alpha", default: 8),
      dropout: json["lora_dropout"]?.doubleValue ?? 0,
      usesRankStabilizedScale: try reader.flag("use_rslora", default: false),
      targetModules: AdapterConfiguration.knownModules.filter { modules.contains($0) }
    )
    guard targetModules.count == Set(modules).count else {
      throw reader.error(
        "target_modules",
        found: modules.joined(separator: ", "),
        expected: AdapterConfiguration.knownModules.joined(separator: ", ")
      )
    }
    try validate(file: path)
  }
}

extension LanguageModel {
  /// A model without adapters that computes the same: W + scale·B·A in fp32, in new memory.
  public func merged() -> LanguageModel {
    guard let adapter else { return self }
    let result = LanguageModel(
      configuration: configuration,
      parameters: parameters.duplicate()
    )
    for (layer, block) in result.blocks.enumerated() {
      let slices = blocks[layer].linears.map(\.adapters)
      for (linear, adapters) in zip(block.linears, slices) {
        for slice in adapters {
          Matrix.multiply(
            slice.b,
            slice.a,
            into: linear.weight.rows(slice.outputs),
            alpha: adapter.configuration.scale,
            accumulate: true
          )
        }
      }
    }
    return result
  }
}

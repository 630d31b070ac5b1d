import Foundation
import RealignNumerics
import RealignText

/// A model directory as transformers reads and writes it: `config.json`, weights, tokenizer.
public enum ModelDirectory {
  /// The configuration file's name.
  public static let configurationName = "config.json"
  /// The name of an unsharded weight file.
  public static let weightsName = "model.safetensors"

  /// Reads a model, checking every tensor's shape against the configuration.
  ///
  /// - Parameters:
  ///   - directory: What transformers would load.
  ///   - baseType: How matrices are kept in memory, whatever the file's type; rounded to the
  ///     nearest, ties to even. Weights in half precision can be computed with and carry an
  ///     adapter, but not be trained themselves.
  ///   - group: Ranks over which the matrices of the blocks are divided, to be computed with and
  ///     not trained; the whole model is then in the memory of none of them. Every rank reads the
  ///     files.
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones, `io`
  ///   when reading fails.
  public static func load(
    _ directory: String,
    baseType: ScalarType = .f32,
    dividedOver group: any ProcessGroup = SingleProcess()
  ) throws -> LanguageModel {
    let configuration = try loadConfiguration(directory)
    let layout = configuration.decoder.layout(configuration)
    let names = configuration.decoder.names
    let weights = try WeightFiles(directory).load(
      layout,
      as: baseType,
      shards: group.size == 1
        ? nil
        : BlockShards(
          layouts: configuration.decoder.blockMatrices(configuration),
          type: baseType,
          group: group
        ),
      hint: "check attention_bias, mlp_bias and num_hidden_layers in config.json"
    ) { stored in
      if names.isBuffer(stored) { return nil }
      let name = names.canonical(stored)
      let isTied = name == names.head && configuration.tiesEmbeddings
      return isTied && layout[name] == nil ? nil : name
    }
    return LanguageModel(configuration: configuration, weights: weights)
  }

  /// Reads and checks `config.json`.
  public static func loadConfiguration(_ directory: String) throws -> ModelConfiguration {
    let (json, path) = try configurationObject(directory)
    return try ModelConfiguration(json: json, file: path)
  }

  /// The content of `config.json`, with its path.
  static func configurationObject(
    _ directory: String
  ) throws -> (json: JSONObject, path: String) {
    let path = directory + "/" + configurationName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw InputError(
        .missingInput,
        "not a model directory: config.json is missing",
        file: path,
        hint: "pass a directory that transformers could load"
      )
    }
    guard let json = try JSONValue.parse([UInt8](bytes), file: path, line: nil).objectValue else {
      throw InputError(.badData, "config.json is not an object", file: path)
    }
    return (json, path)
  }

  /// Writes `config.json`, `generation_config.json` and `model.safetensors`, each by rename.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - directory: Created when absent.
  ///   - type: How weights are stored; rounded to the nearest, ties to even.
  /// - Precondition: The model has no adapter; merge it first.
  /// - Throws: `InputError`: `badData` for weights beyond the range of the type, `cannotCreate` or
  ///   `io`.
  public static func save(
    _ model: LanguageModel,
    to directory: String,
    type: ScalarType = .f32
  ) throws {
    precondition(model.adapter == nil, "merge the adapter before saving the model")
    try FileManager.default.createDirectoryOrThrow(directory)
    let writer = SafeTensorsWriter(
      entries: model.layout.entries.map {
        SafeTensorsWriter.Entry(name: $0.name, shape: $0.shape, type: type)
      },
      metadata: ["format": "pt"]
    )
    try writer.write(to: directory + "/" + weightsName) { entry in
      let weight = model.requiredWeight(entry.name)
      let isTransposed = model.layout[entry.name]?.isStoredTransposed ?? false
      return isTransposed ? .single(weight.widened().transposed()) : weight
    }
    try AtomicFile.write(
      model.configuration.fileText(weights: type),
      to: directory + "/" + configurationName
    )
    try AtomicFile.write(
      generationConfiguration(model.configuration).serialized(pretty: true) + "\n",
      to: directory + "/generation_config.json"
    )
  }

  private static func generationConfiguration(_ c: ModelConfiguration) -> JSONValue {
    let ends = c.endOfText.map { JSONValue.number(Double($0)) }
    return .object([
      "bos_token_id": c.beginOfText.map { .number(Double($0)) } ?? .null,
      "eos_token_id": ends.count == 1 ? ends[0] : .array(ends),
      "do_sample": .bool(false),
    ])
  }
}

extension FileManager {
  /// Creates a directory and its parents, or says why not.
  func createDirectoryOrThrow(_ path: String) throws {
    do {
      try createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputError(.cannotCreate, "cannot create the directory", file: path)
    }
  }
}

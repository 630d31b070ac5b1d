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
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones.
  public static func load(_ directory: String) throws -> LanguageModel {
    let configuration = try loadConfiguration(directory)
    let layout = configuration.decoder.layout(configuration)
    let names = configuration.decoder.names
    let parameters = try WeightFiles(directory).load(
      layout,
      hint: "check attention_bias, mlp_bias and num_hidden_layers in config.json"
    ) { stored in
      if names.isBuffer(stored) { return nil }
      let name = names.canonical(stored)
      let isTied = name == names.head && configuration.tiesEmbeddings
      return isTied && layout[name] == nil ? nil : name
    }
    return LanguageModel(configuration: configuration, parameters: parameters)
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
  /// - Precondition: The model has no adapter; merge it first.
  public static func save(_ model: LanguageModel, to directory: String) throws {
    precondition(model.adapter == nil, "merge the adapter before saving the model")
    try FileManager.default.createDirectoryOrThrow(directory)
    let tensors = model.layout.entries.map { entry in
      let values = model.parameters.slice(entry.range)
      guard entry.isStoredTransposed else {
        return (name: entry.name, shape: entry.shape, values: values)
      }
      let matrix = values.reshaped(rows: entry.rows, columns: entry.columns)
      return (name: entry.name, shape: entry.shape, values: matrix.transposed())
    }
    try AtomicFile.write(
      SafeTensorsWriter.data(tensors, metadata: ["format": "pt"]),
      to: directory + "/" + weightsName
    )
    try AtomicFile.write(
      model.configuration.fileText,
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

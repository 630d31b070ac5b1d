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
    let sources = try match(
      weightFiles(directory),
      layout: layout,
      configuration: configuration,
      directory: directory
    )
    let parameters = Tensor(rows: 1, columns: layout.count)
    for source in sources {
      let place = parameters.slice(source.place.range)
      source.file.load(source.entry, into: place)
      if source.place.isStoredTransposed {
        let stored = place.reshaped(rows: source.place.columns, columns: source.place.rows)
        place.copy(from: stored.transposed().reshaped(rows: 1, columns: place.columns))
      }
    }
    guard parameters.isFinite else {
      throw InputError(.badData, "the weights hold NaN or infinite values", file: directory)
    }
    return LanguageModel(configuration: configuration, parameters: parameters)
  }

  /// Reads and checks `config.json`.
  public static func loadConfiguration(_ directory: String) throws -> ModelConfiguration {
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
    return try ModelConfiguration(json: json, file: path)
  }

  /// Where a parameter comes from.
  private struct Source {
    let file: SafeTensorsFile
    let entry: SafeTensorsFile.Entry
    let place: ParameterLayout.Entry
  }

  /// Finds every parameter once, in its shape, before anything is allocated.
  ///
  /// Tensors that no parameter is named after are refused, except buffers and a tied head.
  private static func match(
    _ files: [SafeTensorsFile],
    layout: ParameterLayout,
    configuration: ModelConfiguration,
    directory: String
  ) throws -> [Source] {
    let names = configuration.decoder.names
    var missing = Set(layout.entries.map(\.name))
    var sources: [Source] = []
    for file in files {
      for entry in file.entries where !names.isBuffer(entry.name) {
        let name = names.canonical(entry.name)
        guard let place = layout[name] else {
          if name == names.head && configuration.tiesEmbeddings { continue }
          throw refusal(
            of: entry,
            in: file,
            "the weights hold a tensor the configuration does not explain",
            hint: "check attention_bias, mlp_bias and num_hidden_layers in config.json"
          )
        }
        guard missing.remove(name) != nil else {
          throw refusal(of: entry, in: file, "a tensor appears twice")
        }
        guard entry.shape == place.shape else {
          throw refusal(
            of: entry,
            in: file,
            "a tensor's shape does not fit the configuration",
            expected: "\(place.shape)"
          )
        }
        sources.append(Source(file: file, entry: entry, place: place))
      }
    }
    if let first = missing.sorted().first {
      throw InputError(
        .badData,
        "the weights lack \(missing.count) tensors",
        file: directory,
        field: first
      )
    }
    return sources
  }

  private static func refusal(
    of entry: SafeTensorsFile.Entry,
    in file: SafeTensorsFile,
    _ message: String,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: file.path,
      field: entry.name,
      found: "\(entry.shape)",
      expected: expected,
      hint: hint
    )
  }

  private static func weightFiles(_ directory: String) throws -> [SafeTensorsFile] {
    let single = directory + "/" + weightsName
    if FileManager.default.fileExists(atPath: single) {
      return [try SafeTensorsFile(path: single)]
    }
    return try shards(directory).map { try SafeTensorsFile(path: directory + "/" + $0) }
  }

  private static func shards(_ directory: String) throws -> [String] {
    let path = directory + "/model.safetensors.index.json"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw InputError(
        .missingInput,
        "no weights found",
        file: directory,
        expected: "model.safetensors or model.safetensors.index.json"
      )
    }
    let json = try JSONValue.parse([UInt8](bytes), file: path, line: nil)
    guard let map = json.objectValue?["weight_map"]?.objectValue else {
      throw InputError(.badData, "the index has no weight_map", file: path)
    }
    var names = Set<String>()
    for key in map.keys {
      guard let name = map[key]?.stringValue, !name.contains("/"), !name.hasPrefix("."),
        name.hasSuffix(".safetensors")
      else {
        throw InputError(
          .badData,
          "bad shard name",
          file: path,
          field: key,
          found: map[key]?.serialized(),
          expected: "a .safetensors file name without a path"
        )
      }
      names.insert(name)
    }
    return names.sorted()
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

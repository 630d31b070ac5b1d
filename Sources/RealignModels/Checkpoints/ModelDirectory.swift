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
  /// Nothing is allocated before names, shapes and places of all tensors are known to be sound;
  /// then each is read straight into its place.
  ///
  /// - Parameters:
  ///   - directory: What transformers would load.
  ///   - baseType: How matrices are kept in memory, whatever the file's type; rounded to the
  ///     nearest, ties to even. Weights in half precision can be computed with and carry an
  ///     adapter, but not be trained themselves.
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones, `io`
  ///   when reading fails.
  public static func load(
    _ directory: String,
    baseType: ScalarType = .f32
  ) throws -> LanguageModel {
    let configuration = try loadConfiguration(directory)
    let layout = configuration.decoder.layout(configuration)
    let sources = try match(
      WeightShards(directory: directory).files,
      layout: layout,
      configuration: configuration,
      directory: directory
    )
    let weights = BaseWeights(layout: layout, type: baseType)
    for source in sources { try load(source, into: weights) }
    guard weights.isFinite else {
      throw InputError(
        .badData,
        "the weights hold NaN or infinite values",
        file: directory,
        hint: baseType == .f16 ? "f16 ends at 65504; choose bf16 or f32" : nil
      )
    }
    return LanguageModel(configuration: configuration, weights: weights)
  }

  private static func load(_ source: Source, into weights: BaseWeights) throws {
    guard let place = weights[source.place.name] else { return }
    guard source.place.isStoredTransposed else {
      try source.file.load(source.entry, into: place)
      return
    }
    let stored = Tensor(rows: source.place.columns, columns: source.place.rows)
    try source.file.load(source.entry, into: stored)
    place.copy(from: stored.transposed())
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

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
    let json = adapter.configuration.json(
      baseModel: baseModel,
      // PEFT must know which base weights are stored as (in, out).
      isTransposed: adapter.plan.storesTransposed
    )
    try AtomicFile.write(
      json.serialized(pretty: true) + "\n",
      to: directory + "/" + configurationName
    )
  }

  /// Reads an adapter for a model.
  ///
  /// As in PEFT, a target or full copy that the model lacks is passed over as long as another is
  /// found; but every tensor of the file must have its place.
  ///
  /// - Throws: `InputError` naming what is missing, unsupported or of the wrong shape.
  public static func load(_ directory: String, for model: ModelConfiguration) throws -> Adapter {
    let reader = try configurationReader(directory)
    let configuration = try AdapterConfiguration(reader).resolved(for: model)
    let plan = try AdapterPlan(configuration, for: model, file: reader.file)
    try refuseTiedCopies(plan, model: model, reader: reader)
    let layout = plan.layout
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
        field: stranger.name,
        hint: "low-rank matrices belong to target_modules, full copies to modules_to_save"
      )
    }
    let values = Tensor(rows: 1, columns: layout.count)
    for (entry, place) in zip(entries, layout.entries) {
      try file.load(entry, into: values.slice(place.range))
    }
    guard values.isFinite else {
      throw InputError(.badData, "the adapter holds NaN or infinite values", file: file.path)
    }
    return Adapter(configuration: configuration, plan: plan, layout: layout, parameters: values)
  }

  private static func configurationReader(_ directory: String) throws -> ConfigurationReader {
    let path = directory + "/" + configurationName
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw InputError(.missingInput, "not an adapter directory", file: path)
    }
    guard let json = try JSONValue.parse([UInt8](bytes), file: path, line: nil).objectValue else {
      throw InputError(.badData, "adapter_config.json is not an object", file: path)
    }
    return ConfigurationReader(json: json, file: path)
  }

  /// PEFT then has one copy for embedding and head; here, as in PEFT otherwise, each has its own.
  private static func refuseTiedCopies(
    _ plan: AdapterPlan,
    model: ModelConfiguration,
    reader: ConfigurationReader
  ) throws {
    let names = model.decoder.names
    guard model.tiesEmbeddings, try reader.flag("ensure_weight_tying", default: false),
      plan.copies.contains(where: { $0.name == names.embedding || $0.name == names.head })
    else { return }
    throw reader.error(
      "ensure_weight_tying",
      found: "true",
      expected: "false where modules_to_save holds the tied embedding or head"
    )
  }
}

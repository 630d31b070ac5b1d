import Foundation
import RealignModels
import RealignText

/// `realign export`: a model as one file for other programs.
public enum ExportCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// Adapter directory, merged before the export.
    public var adapter: String?
    /// The file format; `gguf` is the only one.
    public var format: String
    /// How matrices are stored: a name of `GGUFTensorType.choices`.
    public var precision: String
    /// What the file calls the model; nil for the last part of `model`.
    public var name: String?
    /// The file, which must not exist.
    public var output: String

    /// The options of one call.
    public init(
      model: String,
      adapter: String? = nil,
      format: String = "gguf",
      precision: String = "f16",
      name: String? = nil,
      output: String
    ) {
      self.model = model
      self.adapter = adapter
      self.format = format
      self.precision = precision
      self.name = name
      self.output = output
    }
  }

  /// The formats.
  public static let formats = ["gguf"]

  /// Writes the file, which appears whole, and says what its reader should know.
  ///
  /// - Throws: `InputError`: `usage` for an unknown format or precision, `badData` for a model that
  ///   cannot be exported, `cannotCreate` for a file that exists.
  public static func run(_ options: Options, context: CommandContext) throws {
    let type = try precision(options)
    try requireAbsent(options.output)
    context.configureThreads()
    let directory = try ModelReference.resolve(options.model, environment: context.environment)
    try refuseEarly(directory)
    let text = try ModelReference.load(options.model, adapter: options.adapter, context: context)
    let export = try GGUFExport(
      text.model,
      tokenizer: text.tokenizer,
      type: type,
      name: options.name ?? name(of: options.model),
      chatTemplate: try chatTemplate(directory, text.tokenizer)
    )
    let summary = try export.write(to: options.output)
    for note in summary.notes { context.progress.warn(note) }
    context.progress.note(
      "\(options.output): \(summary.tensorCount) tensors, \(Count.bytes(summary.byteCount))"
    )
    guard context.isJSON else { return }
    try context.output.row([
      "output": .string(options.output), "format": .string(options.format),
      "precision": .string(type.name), "architecture": .string(summary.architecture),
      "tensors": .integer(summary.tensorCount), "bytes": .integer(summary.byteCount),
      "notes": .array(summary.notes.map { .string($0) }),
    ])
  }

  private static func precision(_ options: Options) throws -> GGUFTensorType {
    guard formats.contains(options.format) else {
      throw InputError(
        .usage,
        "unknown format",
        field: "--format",
        found: options.format,
        expected: formats.joined(separator: ", ")
      )
    }
    let choices = GGUFTensorType.choices
    guard let type = choices.first(where: { $0.name == options.precision.lowercased() }) else {
      throw InputError(
        .usage,
        "unknown precision",
        field: "--precision",
        found: options.precision,
        expected: choices.map(\.name).joined(separator: ", ")
      )
    }
    return type
  }

  private static func requireAbsent(_ path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        .cannotCreate,
        "the output exists already",
        file: path,
        hint: "choose another --output, or remove the file first"
      )
    }
  }

  /// Refuses a family before its weights are read.
  private static func refuseEarly(_ directory: String) throws {
    let found = try ModelDirectory.loadConfiguration(directory).modelType
    guard GGUFExport.modelTypes.contains(found) else {
      throw InputError(
        .badData,
        "this family of models cannot be exported as gguf",
        file: directory + "/" + ModelDirectory.configurationName,
        field: "model_type",
        found: found,
        expected: GGUFExport.modelTypes.joined(separator: ", ")
      )
    }
  }

  /// The last part of a path or of a repository's name, without its revision.
  private static func name(of model: String) -> String {
    let url = URL(fileURLWithPath: model).standardizedFileURL
    let last = url.lastPathComponent.split(separator: "@").first.map(String.init)
    return last ?? "model"
  }

  /// `chat_template.jinja`, else the template of `tokenizer_config.json`, of several the default.
  private static func chatTemplate(
    _ directory: String,
    _ tokenizer: any Tokenizer
  ) throws -> String? {
    let file = directory + "/chat_template.jinja"
    if FileManager.default.fileExists(atPath: file) { return try InputFile.text(file) }
    let value = tokenizer.extraConfiguration["chat_template"]
    if let text = value?.stringValue { return text }
    return value?.arrayValue?.first { $0["name"] == .string("default") }?["template"]?.stringValue
  }
}

import Foundation
import RealignText

/// What lies beside weights and tokenizer in a model directory: the chat templates and how the
/// model wants to be sampled.
///
/// A model that is changed keeps them, so what is saved talks as the original did.
public struct ModelCompanions: Sendable {
  /// The file of sampling settings.
  public static let generationName = "generation_config.json"
  private static let templateName = "chat_template.jinja"
  private static let templateFolders = ["additional_chat_templates", "chat_templates"]

  /// Sampling settings and end tokens.
  public private(set) var generation = GenerationDefaults()
  /// The chat templates, or why they cannot be used; `nil` where the model has none.
  ///
  /// A broken template matters only to those who give messages.
  public private(set) var chat: Result<ChatTemplates?, InputError> = .success(nil)
  /// Names and contents of the files, for saving.
  private var files: [(name: String, bytes: [UInt8])] = []

  /// Nothing.
  public init() {}

  /// Reads what a model directory has.
  ///
  /// - Throws: `InputError` for a malformed `generation_config.json`.
  public init(directory: String) throws {
    let manager = FileManager.default
    let path = directory + "/" + Self.generationName
    if manager.fileExists(atPath: path) {
      let bytes = try InputFile.bytes(path)
      let value = try JSONValue.parse(bytes, file: path)
      guard let json = value.objectValue else {
        throw InputError(
          .badData,
          "the file is no JSON object",
          file: path,
          found: value.kindName,
          expected: "an object"
        )
      }
      generation = try GenerationDefaults(json: json, file: path)
      files.append((Self.generationName, bytes))
    }
    do {
      chat = .success(try ChatTemplates.load(folder: directory))
    } catch let error as InputError {
      chat = .failure(error)
    }
    for name in Self.templateNames(in: directory) {
      files.append((name, try InputFile.bytes(directory + "/" + name)))
    }
  }

  private static func templateNames(in directory: String) -> [String] {
    let manager = FileManager.default
    var names = manager.fileExists(atPath: directory + "/" + templateName) ? [templateName] : []
    for folder in templateFolders {
      let found = (try? manager.contentsOfDirectory(atPath: directory + "/" + folder)) ?? []
      names += found.sorted().filter { $0.hasSuffix(".jinja") }.map { folder + "/" + $0 }
    }
    return names
  }

  /// Writes the files into a directory.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func save(to directory: String) throws {
    for file in files {
      let path = directory + "/" + file.name
      try FileManager.default.createDirectoryOrThrow((path as NSString).deletingLastPathComponent)
      try AtomicFile.write(file.bytes, to: path)
    }
  }
}

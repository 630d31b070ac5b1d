import Foundation

extension BytePairTokenizer {
  /// A tokenizer from `tokenizer.json` and, where it exists, `tokenizer_config.json`.
  ///
  /// - Throws: `InputError`: `missingInput` when `tokenizer.json` is not there, `badData` naming
  ///   the field that is malformed or not supported.
  public init(directory: String) throws {
    let path = directory + "/" + Self.fileName
    try self.init(bytes: InputFile.bytes(path), file: path)
    let configurationPath = directory + "/" + Self.configurationFileName
    guard FileManager.default.fileExists(atPath: configurationPath) else { return }
    let value = try JSONValue.parse(InputFile.bytes(configurationPath), file: configurationPath)
    guard let configuration = value.objectValue else {
      throw InputError(
        .badData,
        "not an object",
        file: configurationPath,
        found: value.kindName
      )
    }
    try readConfiguration(configuration, file: configurationPath)
  }

  /// A tokenizer from the bytes of `tokenizer.json`.
  ///
  /// - Throws: `InputError` of kind `badData` naming the field that is malformed or not supported.
  public init(bytes: [UInt8], file: String) throws {
    let source = TokenizerFile(file: file)
    guard let root = try JSONValue.parse(bytes, file: file).objectValue else {
      throw InputError(.badData, "not a tokenizer", file: file, expected: "an object")
    }
    let model = try source.model(source.object(root, "model", "model"))
    let added = try source.addedTokens(root["added_tokens"])
    for token in added {
      let known = model.id(of: token.content)
      guard known ?? token.id == token.id, known != nil || model.token(token.id) == nil else {
        throw source.error(
          "an added token contradicts the vocabulary",
          field: "added_tokens",
          found: "\(token.content): \(token.id)",
          expected: known.map { "\($0)" } ?? "an id that the vocabulary does not use"
        )
      }
    }
    guard Int(added.map(\.id).max() ?? 0) < model.idBound + 8 * added.count + 65_536 else {
      throw source.error(
        "an id is far beyond the number of tokens",
        field: "added_tokens",
        expected: "ids without wide gaps"
      )
    }
    let addedIDs = Dictionary(added.map { ($0.content, $0.id) }, uniquingKeysWith: { a, _ in a })
    let template = try source.template(root["post_processor"]) { name in
      addedIDs[name] ?? model.id(of: name)
    }
    let bound = max(model.idBound, Int(added.map(\.id).max() ?? -1) + 1)
    guard (template.prefix + template.suffix).allSatisfy({ Int($0) < bound }) else {
      throw source.error(
        "a template has an id that no token has",
        field: "post_processor",
        expected: "ids below \(bound)"
      )
    }
    try source.checkDecoder(root["decoder"])
    self.init(
      model: model,
      splitter: try source.splitter(root["pre_tokenizer"]),
      composesCharacters: try source.composesCharacters(root["normalizer"]),
      prefix: template.prefix,
      suffix: template.suffix,
      addedTokens: added,
      skeleton: Self.skeleton(of: root)
    )
  }

  /// The file without vocabulary, merges and added tokens.
  private static func skeleton(of root: JSONObject) -> JSONObject {
    var skeleton = root
    skeleton["added_tokens"] = .array([])
    if var model = root["model"]?.objectValue {
      model["vocab"] = .object(JSONObject())
      model["merges"] = .array([])
      skeleton["model"] = .object(model)
    }
    return skeleton
  }

  private mutating func readConfiguration(_ configuration: JSONObject, file: String) throws {
    roles.endOfText = try specialToken(configuration, "eos_token", file: file)
    roles.beginOfText = try specialToken(configuration, "bos_token", file: file)
    roles.padding = try specialToken(configuration, "pad_token", file: file)
    // Transformers writes 1e30 for "no limit".
    if let number = configuration["model_max_length"]?.doubleValue, number >= 1, number < 1e9 {
      roles.maximumLength = Int(number)
    }
    var rest = configuration
    for key in ["eos_token", "bos_token", "pad_token", "model_max_length"] { rest[key] = nil }
    extraConfiguration = rest
  }

  /// A token given as a string or as an object with its content.
  private func specialToken(
    _ configuration: JSONObject,
    _ key: String,
    file: String
  ) throws -> String? {
    guard let value = configuration[key], !value.isNull else { return nil }
    guard let content = value.stringValue ?? value["content"]?.stringValue else {
      throw InputError(
        .badData,
        "wrong type",
        file: file,
        field: key,
        found: value.serialized(),
        expected: "a token or null"
      )
    }
    guard id(of: content) != nil else {
      throw InputError(
        .badData,
        "a token that the vocabulary lacks",
        file: file,
        field: key,
        found: content
      )
    }
    return content
  }
}

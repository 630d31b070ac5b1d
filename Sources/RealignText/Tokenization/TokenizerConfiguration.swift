import Foundation

/// What `tokenizer_config.json` says beside the tokenizer itself.
struct TokenizerConfiguration: Sendable {
  /// The name of the file that holds the tokenizer.
  static let tokenizerFileName = "tokenizer.json"
  /// The name of the file that holds the roles of tokens.
  static let fileName = "tokenizer_config.json"
  /// The name of the file that older programs read the roles of tokens from.
  static let specialTokensFileName = "special_tokens_map.json"

  /// The roles of tokens.
  var roles = SpecialTokenRoles()
  /// The keys that are not interpreted, kept for saving; among them `chat_template`.
  var extra = JSONObject()

  /// Nothing said.
  init() {}

  /// What was read or set before.
  init(roles: SpecialTokenRoles, extra: JSONObject) {
    self.roles = roles
    self.extra = extra
  }

  /// What the file in a directory says; nothing where there is none.
  ///
  /// - Throws: `InputError` of kind `badData` naming the key that is malformed.
  init(directory: String, knows: (String) -> Bool) throws {
    let path = directory + "/" + Self.fileName
    guard FileManager.default.fileExists(atPath: path) else { return }
    let value = try JSONValue.parse(InputFile.bytes(path), file: path)
    guard let object = value.objectValue else {
      throw InputError(.badData, "not an object", file: path, found: value.kindName)
    }
    roles.endOfText = try Self.token(object, "eos_token", file: path, knows)
    roles.beginOfText = try Self.token(object, "bos_token", file: path, knows)
    roles.padding = try Self.token(object, "pad_token", file: path, knows)
    // Transformers writes 1e30 for "no limit".
    if let number = object["model_max_length"]?.doubleValue, number >= 1, number < 1e9 {
      roles.maximumLength = Int(number)
    }
    extra = object
    for key in ["eos_token", "bos_token", "pad_token", "model_max_length"] { extra[key] = nil }
  }

  /// A token given as a string or as an object with its content.
  private static func token(
    _ object: JSONObject,
    _ key: String,
    file: String,
    _ knows: (String) -> Bool
  ) throws -> String? {
    guard let value = object[key], !value.isNull else { return nil }
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
    guard knows(content) else {
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

  /// The value of `tokenizer_config.json`.
  var json: JSONValue {
    var object = JSONObject([
      "tokenizer_class": "PreTrainedTokenizerFast",
      "clean_up_tokenization_spaces": false,
    ])
    for pair in extra.pairs { object[pair.key] = pair.value }
    object["bos_token"] = roles.beginOfText.map { .string($0) } ?? .null
    object["eos_token"] = roles.endOfText.map { .string($0) } ?? .null
    object["pad_token"] = roles.padding.map { .string($0) } ?? .null
    if let length = roles.maximumLength { object["model_max_length"] = .integer(length) }
    return .object(object)
  }

  /// The value of `special_tokens_map.json`.
  var specialTokensMap: JSONObject {
    var object = JSONObject()
    object["bos_token"] = roles.beginOfText.map { .string($0) }
    object["eos_token"] = roles.endOfText.map { .string($0) }
    object["pad_token"] = roles.padding.map { .string($0) }
    for key in ["unk_token", "sep_token", "cls_token", "mask_token"] {
      let content = extra[key]?.stringValue ?? extra[key]?["content"]?.stringValue
      object[key] = content.map { .string($0) }
    }
    return object
  }

  /// Writes the three files of a tokenizer, each by rename, into a directory that is made if it
  /// does not exist.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  func save(_ tokenizer: [UInt8], to directory: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: true
      )
    } catch {
      throw InputError(.cannotCreate, "cannot create the directory", file: directory)
    }
    try AtomicFile.write(tokenizer, to: directory + "/" + Self.tokenizerFileName)
    try AtomicFile.write(
      json.serialized(pretty: true) + "\n",
      to: directory + "/" + Self.fileName
    )
    try AtomicFile.write(
      JSONValue.object(specialTokensMap).serialized(pretty: true) + "\n",
      to: directory + "/" + Self.specialTokensFileName
    )
  }
}

import Foundation

extension BytePairTokenizer {
  /// The name of the file that holds the tokenizer.
  public static let fileName = "tokenizer.json"
  /// The name of the file that holds the roles of tokens.
  public static let configurationFileName = "tokenizer_config.json"
  /// The name of the file that older programs read the roles of tokens from.
  public static let specialTokensFileName = "special_tokens_map.json"

  /// Writes `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`, each by
  /// rename, into a directory that is made if it does not exist.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func save(to directory: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: true
      )
    } catch {
      throw InputError(.cannotCreate, "cannot create the directory", file: directory)
    }
    try AtomicFile.write(serializedBytes(), to: directory + "/" + Self.fileName)
    try AtomicFile.write(
      configuration.serialized(pretty: true) + "\n",
      to: directory + "/" + Self.configurationFileName
    )
    try AtomicFile.write(
      JSONValue.object(specialTokensMap).serialized(pretty: true) + "\n",
      to: directory + "/" + Self.specialTokensFileName
    )
  }

  /// The bytes of `tokenizer.json`: the same for the same tokenizer every time, so that their
  /// digest identifies it.
  public func serializedBytes() -> [UInt8] {
    var root = skeleton
    root["added_tokens"] = .array(addedTokens.map(\.json))
    var model = skeleton["model"]?.objectValue ?? JSONObject()
    var vocabulary = JSONObject()
    for id in 0..<Int32(self.model.idBound) {
      if let token = self.model.token(id) { vocabulary[token] = .integer(id) }
    }
    model["vocab"] = .object(vocabulary)
    model["merges"] = .array(merges.map { [.string($0.left), .string($0.right)] })
    root["model"] = .object(model)
    return JSONValue.object(root).serializedBytes(pretty: true) + [0x0A]
  }

  /// The value of `tokenizer_config.json`.
  public var configuration: JSONValue {
    var object = JSONObject([
      "tokenizer_class": "PreTrainedTokenizerFast",
      "clean_up_tokenization_spaces": false,
    ])
    for pair in extraConfiguration.pairs { object[pair.key] = pair.value }
    object["bos_token"] = roles.beginOfText.map { .string($0) } ?? .null
    object["eos_token"] = roles.endOfText.map { .string($0) } ?? .null
    object["pad_token"] = roles.padding.map { .string($0) } ?? .null
    if let length = roles.maximumLength { object["model_max_length"] = .integer(length) }
    return .object(object)
  }

  private var specialTokensMap: JSONObject {
    var object = JSONObject()
    object["bos_token"] = roles.beginOfText.map { .string($0) }
    object["eos_token"] = roles.endOfText.map { .string($0) }
    object["pad_token"] = roles.padding.map { .string($0) }
    return object
  }

  /// The parts of a new `tokenizer.json` around vocabulary and merges.
  static func newSkeleton(splitsDigits: Bool, beginOfText: AddedToken?) -> JSONObject {
    let byteLevel: JSONValue = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ]
    let digits: JSONValue = ["type": "Digits", "individual_digits": true]
    return JSONObject([
      "version": "1.0",
      "truncation": nil,
      "padding": nil,
      "added_tokens": [],
      "normalizer": nil,
      "pre_tokenizer": splitsDigits
        ? ["type": "Sequence", "pretokenizers": [digits, byteLevel]] : byteLevel,
      "post_processor": beginOfText.map(template) ?? .null,
      "decoder": [
        "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
      ],
      "model": [
        "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
        "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false,
        "ignore_merges": false, "vocab": [:], "merges": [],
      ],
    ])
  }

  /// A post-processor that puts one token before every text.
  private static func template(_ token: AddedToken) -> JSONValue {
    let special: JSONValue = ["SpecialToken": ["id": .string(token.content), "type_id": 0]]
    let pairSpecial: JSONValue = ["SpecialToken": ["id": .string(token.content), "type_id": 1]]
    let definition = JSONObject(pairs: [
      (
        key: token.content,
        value: [
          "id": .string(token.content), "ids": [.integer(token.id)],
          "tokens": [.string(token.content)],
        ] as JSONValue
      )
    ])
    return [
      "type": "TemplateProcessing",
      "single": [special, ["Sequence": ["id": "A", "type_id": 0]]],
      "pair": [
        special, ["Sequence": ["id": "A", "type_id": 0]], pairSpecial,
        ["Sequence": ["id": "B", "type_id": 1]],
      ],
      "special_tokens": .object(definition),
    ]
  }
}

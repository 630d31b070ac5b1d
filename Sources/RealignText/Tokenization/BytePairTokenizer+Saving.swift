extension BytePairTokenizer {
  /// The name of the file that holds the tokenizer.
  public static let fileName = TokenizerConfiguration.tokenizerFileName
  /// The name of the file that holds the roles of tokens.
  public static let configurationFileName = TokenizerConfiguration.fileName
  /// The name of the file that older programs read the roles of tokens from.
  public static let specialTokensFileName = TokenizerConfiguration.specialTokensFileName

  /// Writes `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`, each by
  /// rename, into a directory that is made if it does not exist.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func save(to directory: String) throws {
    try TokenizerConfiguration(roles: roles, extra: extraConfiguration)
      .save(serializedBytes(), to: directory)
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
    TokenizerConfiguration(roles: roles, extra: extraConfiguration).json
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

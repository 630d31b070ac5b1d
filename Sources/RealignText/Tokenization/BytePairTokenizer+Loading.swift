extension BytePairTokenizer {
  /// A tokenizer from `tokenizer.json` and, where it exists, `tokenizer_config.json`.
  ///
  /// - Throws: `InputError`: `missingInput` when `tokenizer.json` is not there, `badData` naming
  ///   the field that is malformed or not supported.
  public init(directory: String) throws {
    let path = directory + "/" + Self.fileName
    try self.init(bytes: InputFile.bytes(path), file: path)
    let configuration = try TokenizerConfiguration(directory: directory) { id(of: $0) != nil }
    roles = configuration.roles
    extraConfiguration = configuration.extra
  }

  /// A tokenizer from the bytes of `tokenizer.json`.
  ///
  /// - Throws: `InputError` of kind `badData` naming the field that is malformed or not supported.
  public init(bytes: [UInt8], file: String) throws {
    try self.init(root: TokenizerFile(file: file).root(bytes), file: file)
  }

  /// A tokenizer from the value of `tokenizer.json`.
  ///
  /// - Throws: `InputError` of kind `badData` naming the field that is malformed or not supported.
  init(root: JSONObject, file: String) throws {
    let source = TokenizerFile(file: file)
    let model = try source.model(source.object(root, "model", "model"))
    let added = try source.addedTokens(root["added_tokens"])
    try source.check(added, idBound: model.idBound, id: model.id, token: model.token)
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
}

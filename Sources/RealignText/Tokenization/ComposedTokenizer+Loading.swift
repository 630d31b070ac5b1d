extension ComposedTokenizer {
  /// A tokenizer from `tokenizer.json` and, where it exists, `tokenizer_config.json`.
  ///
  /// - Throws: `InputError`: `missingInput` when `tokenizer.json` is not there, `badData` naming
  ///   the field that is malformed or not supported.
  public init(directory: String) throws {
    let path = directory + "/" + TokenizerConfiguration.tokenizerFileName
    try self.init(bytes: InputFile.bytes(path), file: path)
    try readConfiguration(directory)
  }

  /// A tokenizer from the bytes of `tokenizer.json`.
  ///
  /// - Throws: `InputError` of kind `badData` naming the field that is malformed or not supported.
  public init(bytes: [UInt8], file: String) throws {
    try self.init(root: TokenizerFile(file: file).root(bytes), bytes: bytes, file: file)
  }

  /// A tokenizer from the value of `tokenizer.json`, and the bytes that it was read from.
  init(root: JSONObject, bytes: [UInt8], file: String) throws {
    let source = TokenizerFile(file: file)
    let model = try TokenModels.read(root["model"], file: source)
    let vocabulary = model.vocabulary
    let added = try source.addedTokens(root["added_tokens"])
    try source.check(
      added,
      idBound: vocabulary.idBound,
      id: vocabulary.id,
      token: vocabulary.token
    )
    let addedIDs = Set(added.map(\.id))
    let (frame, templates) = try PostProcessors.read(root["post_processor"], file: source) { id in
      addedIDs.contains(id) || vocabulary.spelling(id) != nil
    }
    let normalizers = try Normalizers.read(root["normalizer"], file: source)
    let preTokenizers = try PreTokenizers.read(root["pre_tokenizer"], file: source)
    try source.checkGrowth(
      normalizers.map(\.growth) + preTokenizers.map(\.growth),
      field: "normalizer"
    )
    let parts = Parts(
      normalizers: normalizers,
      preTokenizers: preTokenizers,
      model: model,
      frame: frame,
      templates: templates,
      decoders: try TokenDecoders.read(root["decoder"], file: source),
      addedTokens: added
    )
    self.init(parts: parts, source: bytes)
  }

  /// Takes over what `tokenizer_config.json` says.
  mutating func readConfiguration(_ directory: String) throws {
    let configuration = try TokenizerConfiguration(directory: directory) { id(of: $0) != nil }
    roles = configuration.roles
    extraConfiguration = configuration.extra
  }
}

/// A tokenizer composed of the parts that its `tokenizer.json` names, whose ids equal those of
/// Hugging Face `tokenizers`.
///
/// A text is taken through these steps: added tokens that are not normalised are found in it; what
/// lies between is normalised, and those that are normalised are found in that; the rest is cut by
/// the pre-tokenizers and every piece encoded by the model; the post-processors' tokens are put
/// around all. The parts that exist are listed in `Normalizers`, `PreTokenizers`, `TokenModels`,
/// `PostProcessors` and `TokenDecoders`.
///
/// `BytePairTokenizer` is the faster one for the byte-level files that it reads; see
/// `TokenizerLoader`.
public struct ComposedTokenizer: Tokenizer {
  /// The parts, read from a file.
  struct Parts {
    var normalizers: [any TextNormalizer]
    var preTokenizers: [any PreTokenizer]
    var model: any TokenModel
    var frame: TextFrame
    var templates: TextTemplates
    /// `nil` where tokens are joined by spaces.
    var decoders: [any TokenDecoder]?
    var addedTokens: [AddedToken]
  }

  let normalizers: [any TextNormalizer]
  let preTokenizers: [any PreTokenizer]
  let model: any TokenModel
  let frame: TextFrame
  let templates: TextTemplates
  let decoders: [any TokenDecoder]?
  /// The added tokens in the order of their ids.
  public let addedTokens: [AddedToken]
  /// The roles of tokens, from `tokenizer_config.json`.
  public var roles = SpecialTokenRoles()
  /// The keys of `tokenizer_config.json` that the tokenizer does not interpret, kept for saving;
  /// among them `chat_template`.
  public var extraConfiguration = JSONObject()

  /// The file as it was read.
  private let source: [UInt8]
  private let rawMatcher: AddedTokenMatcher
  private let normalizedMatcher: AddedTokenMatcher
  private let addedByContent: [[UInt8]: Int]
  private let addedByID: [Int32: Int]
  /// What added tokens that are normalised decode to, where that is not their content.
  let normalizedContents: [Int32: String]
  private let cache = WordCache()

  init(parts: Parts, source: [UInt8]) {
    normalizers = parts.normalizers
    preTokenizers = parts.preTokenizers
    model = parts.model
    frame = parts.frame
    templates = parts.templates
    decoders = parts.decoders
    addedTokens = parts.addedTokens.sorted { $0.id < $1.id }
    self.source = source
    // Of tokens that look the same the first special one is found: the reference's order.
    let ordered = parts.addedTokens.filter(\.isSpecial) + parts.addedTokens.filter { !$0.isSpecial }
    rawMatcher = AddedTokenMatcher(Self.distinct(ordered.filter { !$0.isNormalized }))
    let normalized = ordered.filter(\.isNormalized).map { token in
      var token = token
      let content = Self.normalize(AlignedText(Array(token.content.utf8)), parts.normalizers)
      token.content = String(decoding: content.bytes, as: UTF8.self)
      return token
    }
    normalizedMatcher = AddedTokenMatcher(Self.distinct(normalized))
    normalizedContents = Dictionary(
      normalized.map { ($0.id, $0.content) },
      uniquingKeysWith: { first, _ in first }
    )
    addedByContent = Dictionary(
      addedTokens.enumerated().map { (Array($1.content.utf8), $0) },
      uniquingKeysWith: { first, _ in first }
    )
    addedByID = Dictionary(
      addedTokens.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The tokens without those of no content or the content of one before.
  private static func distinct(_ tokens: [AddedToken]) -> [AddedToken] {
    var seen: Set<[UInt8]> = []
    return tokens.filter { !$0.content.isEmpty && seen.insert(Array($0.content.utf8)).inserted }
  }

  private static func normalize(
    _ text: AlignedText,
    _ normalizers: [any TextNormalizer]
  ) -> AlignedText {
    normalizers.reduce(text) { $1.apply($0) }
  }

  /// The greatest id plus one: the number of rows that an embedding needs.
  public var vocabularySize: Int {
    max(model.vocabulary.idBound, Int(addedTokens.last?.id ?? -1) + 1)
  }

  /// The number of merges, 0 for models that have none.
  public var mergeCount: Int { model.mergeCount }

  /// The id of a token as the vocabulary spells it, added tokens first.
  public func id(of token: String) -> Int32? {
    addedByContent[Array(token.utf8)].map { addedTokens[$0].id } ?? model.vocabulary.id(of: token)
  }

  /// A token as the vocabulary spells it.
  public func token(_ id: Int32) -> String? {
    addedByID[id].map { addedTokens[$0].content } ?? model.vocabulary.token(id)
  }

  /// Whether an id is that of a special token.
  public func isSpecial(_ id: Int32) -> Bool {
    addedByID[id].map { addedTokens[$0].isSpecial } ?? false
  }

  /// The token that ends a text or an answer.
  public var endOfText: Int32? { roles.endOfText.flatMap { id(of: $0) } }

  /// The token that begins a text.
  public var beginOfText: Int32? { roles.beginOfText.flatMap { id(of: $0) } }

  /// The token that fills a batch up.
  public var padding: Int32? { roles.padding.flatMap { id(of: $0) } }

  /// The bytes of `tokenizer.json`, as they were read.
  public func serializedBytes() -> [UInt8] { source }

  /// Writes `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`, each by
  /// rename, into a directory that is made if it does not exist.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func save(to directory: String) throws {
    try TokenizerConfiguration(roles: roles, extra: extraConfiguration).save(source, to: directory)
  }
}

extension ComposedTokenizer {
  /// The ids of a text, each word by the cache or by the model.
  ///
  /// - Parameter addSpecialTokens: Whether to add the post-processors' tokens around the text.
  public func encode(_ text: String, addSpecialTokens: Bool) -> [Int32] {
    var ids = addSpecialTokens ? frame.prefix : []
    var known = cache.borrow()
    walk(text) { id, _ in
      ids.append(id)
    } onWord: { text, word in
      known.append(text.bytes, word, to: &ids) { ids in
        var tokens: [PlacedToken] = []
        model.encode(text.bytes, word, to: &tokens)
        ids.append(contentsOf: tokens.lazy.map(\.id))
      }
    }
    cache.giveBack(known)
    if addSpecialTokens { ids += frame.suffix }
    return ids
  }

  /// The ids of a text with the UTF-8 bytes of the text that each stands for, no token added.
  ///
  /// The ranges follow one another in order but need not cover the text, as pre-tokenizers may
  /// drop white space. What normalisation changed counts as a whole: each token made of a changed
  /// stretch has the range of all of the stretch.
  public func encodeWithOffsets(_ text: String) -> [(id: Int32, range: Range<Int>)] {
    var result: [(id: Int32, range: Range<Int>)] = []
    var tokens: [PlacedToken] = []
    walk(text) { id, range in
      result.append((id, range))
    } onWord: { text, word in
      tokens.removeAll(keepingCapacity: true)
      model.encode(text.bytes, word, to: &tokens)
      for token in tokens { result.append((token.id, text.source(of: token.range))) }
    }
    return result
  }

  /// Calls a body for every added token, with its bytes of the text, or for every word, in order.
  private func walk(
    _ text: String,
    onToken: (Int32, Range<Int>) -> Void,
    onWord: (AlignedText, Range<Int>) -> Void
  ) {
    let bytes = Array(text.utf8)
    precondition(
      bytes.count < Int(Int32.max),
      "a text of \(bytes.count) bytes; below 2^31 expected"
    )
    for segment in rawMatcher.segments(bytes, 0..<bytes.count) {
      if let token = segment.token {
        onToken(token, segment.range)
        continue
      }
      let raw = AlignedText(Array(bytes[segment.range]), origin: segment.range.lowerBound)
      let text = Self.normalize(raw, normalizers)
      for part in normalizedMatcher.segments(text.bytes, text.range) {
        if let token = part.token {
          onToken(token, text.source(of: part.range))
          continue
        }
        var list = PieceList(text, pieces: [part.range])
        for step in preTokenizers { step.apply(&list) }
        for word in list.pieces { onWord(list.text, word) }
      }
    }
  }
}

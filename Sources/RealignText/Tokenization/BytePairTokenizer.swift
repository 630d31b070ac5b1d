/// A byte-level byte-pair tokenizer whose ids equal those of Hugging Face `tokenizers` for the same
/// `tokenizer.json` (GPT-2, SmolLM, Llama 3, Qwen 2 and 3 families).
///
/// A text is taken through these steps: added tokens are found in the raw text; what lies between
/// is normalised if the file asks for it, cut into words, and each word's bytes are merged pair by
/// pair; what a template puts around every text is added last.
public struct BytePairTokenizer: Tokenizer {
  let model: BytePairModel
  let splitter: WordSplitter
  let composesCharacters: Bool
  /// The ids put before and after a text.
  let prefix: [Int32]
  let suffix: [Int32]
  /// The added tokens in the order of their ids.
  public let addedTokens: [AddedToken]
  /// The roles of tokens, from `tokenizer_config.json`.
  public var roles: SpecialTokenRoles
  /// The keys of `tokenizer_config.json` that the tokenizer does not interpret, kept for saving;
  /// among them `chat_template`.
  public var extraConfiguration: JSONObject

  /// The parts of `tokenizer.json` around vocabulary and merges, written as they were read.
  let skeleton: JSONObject
  let rawMatcher: AddedTokenMatcher
  let normalizedMatcher: AddedTokenMatcher
  let forgeryGuard: ForgeryGuard
  private let addedByContent: [[UInt8]: Int]
  private let addedByID: [Int32: Int]
  private let cache = WordCache()

  init(
    model: BytePairModel,
    splitter: WordSplitter,
    composesCharacters: Bool,
    prefix: [Int32],
    suffix: [Int32],
    addedTokens: [AddedToken],
    skeleton: JSONObject
  ) {
    self.model = model
    self.splitter = splitter
    self.composesCharacters = composesCharacters
    self.prefix = prefix
    self.suffix = suffix
    self.addedTokens = addedTokens.sorted { $0.id < $1.id }
    self.skeleton = skeleton
    roles = SpecialTokenRoles()
    extraConfiguration = JSONObject()
    rawMatcher = AddedTokenMatcher(self.addedTokens.filter { !$0.isNormalized })
    normalizedMatcher = AddedTokenMatcher(self.addedTokens.filter(\.isNormalized))
    forgeryGuard = ForgeryGuard(self.addedTokens)
    addedByContent = Dictionary(
      self.addedTokens.enumerated().map { (Array($1.content.utf8), $0) },
      uniquingKeysWith: { first, _ in first }
    )
    addedByID = Dictionary(
      self.addedTokens.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The greatest id plus one: the number of rows that an embedding needs.
  public var vocabularySize: Int {
    max(model.idBound, Int(addedTokens.last?.id ?? -1) + 1)
  }

  /// The number of merges.
  public var mergeCount: Int { model.mergeList.count }

  /// The merges in order of rank, as pairs of spellings.
  public var merges: [(left: String, right: String)] {
    model.mergeList.map { (model.token($0.left) ?? "", model.token($0.right) ?? "") }
  }

  /// The id of a token as the vocabulary spells it, added tokens first.
  public func id(of token: String) -> Int32? {
    addedByContent[Array(token.utf8)].map { addedTokens[$0].id } ?? model.id(of: token)
  }

  /// A token as the vocabulary spells it.
  public func token(_ id: Int32) -> String? {
    addedByID[id].map { addedTokens[$0].content } ?? model.token(id)
  }

  /// The bytes that a token stands for, or `nil` for an unknown id.
  public func bytes(of id: Int32) -> [UInt8]? {
    if let index = addedByID[id] { return Array(addedTokens[index].content.utf8) }
    guard id >= 0, Int(id) < model.idBound else { return nil }
    return model.tokenBytes[Int(id)]
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

  /// The ids of a text, each word by the cache or by merging.
  ///
  /// - Parameter addSpecialTokens: Whether to add the template's tokens around the text.
  public func encode(_ text: String, addSpecialTokens: Bool) -> [Int32] {
    var ids = addSpecialTokens ? prefix : []
    let bytes = Array(text.utf8)
    // English has about four bytes to a token.
    ids.reserveCapacity(ids.count + bytes.count / 4 + suffix.count + 8)
    var known = cache.borrow()
    for segment in rawMatcher.segments(bytes, 0..<bytes.count) {
      if let token = segment.token {
        ids.append(token)
      } else {
        let (piece, range) = normalized(bytes, segment.range)
        encodeNormalized(piece, range, &known, to: &ids)
      }
    }
    cache.giveBack(known)
    if addSpecialTokens { ids.append(contentsOf: suffix) }
    return ids
  }

  private func encodeNormalized(
    _ bytes: [UInt8],
    _ part: Range<Int>,
    _ known: inout WordTable,
    to ids: inout [Int32]
  ) {
    for segment in normalizedMatcher.segments(bytes, part) {
      if let token = segment.token {
        ids.append(token)
        continue
      }
      var start = segment.range.lowerBound
      for end in wordEnds(bytes, segment.range) {
        encodeWord(bytes, start..<end, &known, to: &ids)
        start = end
      }
    }
  }

  private func wordEnds(_ bytes: [UInt8], _ part: Range<Int>) -> [Int] {
    var ends: [Int] = []
    // English has about five bytes to a word.
    ends.reserveCapacity(part.count / 4 + 8)
    splitter.appendWordEnds(in: bytes, part, to: &ends)
    return ends
  }

  @inline(__always)
  private func encodeWord(
    _ bytes: [UInt8],
    _ word: Range<Int>,
    _ known: inout WordTable,
    to ids: inout [Int32]
  ) {
    // Bytes are found faster without the cache.
    guard word.count > 1 else { return model.encode(bytes, word, to: &ids) }
    known.append(bytes, word, to: &ids) { model.encode(bytes, word, to: &$0) }
  }

  /// The part of the text in composed form where the file asks for it.
  func normalized(_ bytes: [UInt8], _ part: Range<Int>) -> ([UInt8], Range<Int>) {
    guard composesCharacters, bytes[part].contains(where: { $0 >= 0x80 }) else {
      return (bytes, part)
    }
    let composed = NormalizationForm.nfc.apply(AlignedText(Array(bytes[part])))
    return (composed.bytes, composed.range)
  }

  /// The ids of a text with the UTF-8 bytes of the text that each stands for, no token added.
  ///
  /// The ranges cover the text without gap or overlap, white space that an added token swallows
  /// included. In a stretch that composing changed, every token has the range of the stretch.
  public func encodeWithOffsets(_ text: String) -> [(id: Int32, range: Range<Int>)] {
    let bytes = Array(text.utf8)
    return offsets(bytes, searched: bytes) { _, piece, _ in piece }
  }

  /// The tokens of a text; added tokens are looked for in `searched`, which has the same places.
  ///
  /// - Parameter recheck: What is searched for further added tokens in a part that composing
  ///   changed, from the part, its composed bytes and their range.
  func offsets(
    _ bytes: [UInt8],
    searched: [UInt8],
    recheck: (_ part: Range<Int>, _ composed: [UInt8], _ range: Range<Int>) -> [UInt8]
  ) -> [(id: Int32, range: Range<Int>)] {
    var result: [(id: Int32, range: Range<Int>)] = []
    result.reserveCapacity(bytes.count / 4 + 8)
    var known = cache.borrow()
    for segment in rawMatcher.segments(searched, 0..<bytes.count) {
      if let token = segment.token {
        result.append((token, segment.range))
        continue
      }
      let part = segment.range
      let (piece, range) = normalized(bytes, part)
      guard range != part || piece[range] != bytes[part] else {
        offsets(bytes, part, searched: searched, &known, to: &result)
        continue
      }
      let start = result.count
      offsets(piece, range, searched: recheck(part, piece, range), &known, to: &result)
      for index in start..<result.count { result[index].range = part }
    }
    cache.giveBack(known)
    return result
  }

  /// The tokens of a stretch between tokens found in the raw text; further added tokens are looked
  /// for in `searched`, which has the same places.
  private func offsets(
    _ bytes: [UInt8],
    _ part: Range<Int>,
    searched: [UInt8],
    _ known: inout WordTable,
    to result: inout [(id: Int32, range: Range<Int>)]
  ) {
    // The ids of one word after another; those of a word are few.
    var ids: [Int32] = []
    ids.reserveCapacity(part.count / 4 + 8)
    for segment in normalizedMatcher.segments(searched, part) {
      if let token = segment.token {
        result.append((token, segment.range))
        continue
      }
      var start = segment.range.lowerBound
      for end in wordEnds(bytes, segment.range) {
        let first = ids.count
        encodeWord(bytes, start..<end, &known, to: &ids)
        place(ids, from: first, bytes, start..<end, to: &result)
        start = end
      }
    }
  }

  /// Appends the tokens of a word with their ranges.
  @inline(__always)
  private func place(
    _ ids: [Int32],
    from start: Int,
    _ bytes: [UInt8],
    _ word: Range<Int>,
    to result: inout [(id: Int32, range: Range<Int>)]
  ) {
    guard model.hasAllBytes else { return search(ids[start...], bytes, word, to: &result) }
    var position = word.lowerBound
    for index in start..<ids.count {
      let end = position &+ model.length(ids[index])
      result.append((ids[index], position..<end))
      position = end
    }
  }

  /// Appends the tokens of a word with their ranges: their bytes, looked for in order, as bytes
  /// without a token stand for nothing.
  private func search(
    _ ids: ArraySlice<Int32>,
    _ bytes: [UInt8],
    _ word: Range<Int>,
    to result: inout [(id: Int32, range: Range<Int>)]
  ) {
    var position = word.lowerBound
    for id in ids {
      let token = model.tokenBytes[Int(id)] ?? []
      let start = position
      var matched = 0
      while matched < token.count, position < word.upperBound {
        if bytes[position] == token[matched] { matched += 1 }
        position += 1
      }
      result.append((id, start..<position))
    }
  }

  /// The text of ids; bytes that are not UTF-8 become U+FFFD, unknown ids are left out.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool) -> String {
    var result: [UInt8] = []
    for id in ids where !(skipSpecialTokens && isSpecial(id)) {
      if let bytes = bytes(of: id) { result.append(contentsOf: bytes) }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

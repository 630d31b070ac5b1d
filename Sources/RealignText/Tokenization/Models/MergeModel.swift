/// `BPE`: characters, or what stands for them, merged pair by pair (Sennrich, Haddow and Birch
/// 2016), with all that SentencePiece's and older vocabularies need.
///
/// `dropout` belongs to training and is ignored.
struct MergeModel: TokenModel {
  let vocabulary: Vocabulary
  let mergeCount: Int
  private let merger: BytePairMerger
  private let unknown: Int32?
  private let fusesUnknown: Bool
  private let ignoresMerges: Bool
  /// Put before every character but a word's first, and after its last.
  private let prefix: [UInt8]
  private let suffix: [UInt8]
  private let fallsBackToBytes: Bool
  private let byteTokens: [Int32?]

  init(_ settings: ComponentSettings) throws {
    vocabulary = try Vocabulary(settings, "vocab")
    prefix = try settings.affix("continuing_subword_prefix")
    suffix = try settings.affix("end_of_word_suffix")
    fusesUnknown = try settings.flag("fuse_unk", default: false)
    ignoresMerges = try settings.flag("ignore_merges", default: false)
    fallsBackToBytes = try settings.flag("byte_fallback", default: false)
    unknown = try Self.unknown(settings, vocabulary)
    byteTokens = vocabulary.byteTokens
    let merges = try settings.file.merges(settings.object)
    mergeCount = merges.count
    merger = try Self.merger(merges, vocabulary, prefix: prefix, settings)
  }

  /// The token for what is unknown; a missing one is no harm where every byte has a token.
  private static func unknown(
    _ settings: ComponentSettings,
    _ vocabulary: Vocabulary
  ) throws -> Int32? {
    guard let token = try settings.optionalText("unk_token") else { return nil }
    if let id = vocabulary.id(of: token) { return id }
    let spellings = ByteAlphabet.scalars.map { String($0) }
    if spellings.allSatisfy({ vocabulary.id(of: $0) != nil }) { return nil }
    return try vocabulary.unknown(settings)
  }

  private static func merger(
    _ merges: [(String, String)],
    _ vocabulary: Vocabulary,
    prefix: [UInt8],
    _ settings: ComponentSettings
  ) throws -> BytePairMerger {
    var merger = BytePairMerger(minimumCapacity: merges.count)
    for (rank, (left, right)) in merges.enumerated() {
      func id(_ token: some Sequence<UInt8>) throws -> Int32 {
        if let id = vocabulary.id(token) { return id }
        throw settings.file.error(
          "a merge is about a token that the vocabulary lacks",
          field: "model.merges[\(rank)]",
          found: String(decoding: Array(token), as: UTF8.self),
          expected: "tokens of model.vocab"
        )
      }
      let joined = Array(left.utf8) + Array(right.utf8.dropFirst(prefix.count))
      merger.add(try id(left.utf8), try id(right.utf8), rank: rank, joined: try id(joined))
    }
    return merger
  }

  func encode(_ bytes: [UInt8], _ word: Range<Int>, to tokens: inout [PlacedToken]) {
    if ignoresMerges, let id = vocabulary.id(bytes[word]) {
      return tokens.append(PlacedToken(id: id, range: word))
    }
    let parts = characters(bytes, word)
    var ids = parts.map(\.id)
    let starts = merger.mergeKeepingStarts(&ids)
    for (index, id) in ids.enumerated() {
      let last = (index + 1 < starts.count ? starts[index + 1] : parts.count) - 1
      let lower = parts[starts[index]].range.lowerBound
      let upper = max(lower, parts[last].range.upperBound)
      tokens.append(PlacedToken(id: id, range: lower..<upper))
    }
  }

  /// The tokens of single characters, before any merge.
  private func characters(_ bytes: [UInt8], _ word: Range<Int>) -> [PlacedToken] {
    var result: [PlacedToken] = []
    result.reserveCapacity(word.count)
    // An unknown character waits for the next one that has a token. Tokens for bytes do not end
    // the wait: the reference's order.
    var waiting: PlacedToken?
    var position = word.lowerBound
    while position < word.upperBound {
      let end = position + UTF8Length.ofScalar(startingWith: bytes[position])
      let range = position..<end
      let isFirst = position == word.lowerBound
      position = end
      var spelling = Array(bytes[range])
      if !isFirst, !prefix.isEmpty { spelling = prefix + spelling }
      if end == word.upperBound { spelling += suffix }
      if let id = vocabulary.id(spelling) {
        if let token = waiting { result.append(token) }
        waiting = nil
        result.append(PlacedToken(id: id, range: range))
      } else if let fallback = bytesInstead(spelling, range) {
        result += fallback
      } else if let unknown {
        if let token = waiting, fusesUnknown {
          waiting = PlacedToken(id: unknown, range: token.range.lowerBound..<end)
        } else {
          if let token = waiting { result.append(token) }
          waiting = PlacedToken(id: unknown, range: range)
        }
      }
    }
    if let token = waiting { result.append(token) }
    return result
  }

  /// Tokens for the bytes of a character, if all of them have one.
  private func bytesInstead(_ spelling: [UInt8], _ range: Range<Int>) -> [PlacedToken]? {
    guard fallsBackToBytes else { return nil }
    let ids = spelling.compactMap { byteTokens[Int($0)] }
    guard ids.count == spelling.count else { return nil }
    return ids.enumerated().map { index, id in
      let isWholeCharacter = spelling.count != range.count
      let lower = range.lowerBound + index
      return PlacedToken(id: id, range: isWholeCharacter ? range : lower..<lower + 1)
    }
  }
}

/// `Unigram`: the most probable way to cut a word into tokens (Kudo 2018), by Viterbi's algorithm.
struct UnigramModel: TokenModel {
  let vocabulary: Vocabulary
  private let scores: [Double]
  private let unknown: Int32
  private let unknownScore: Double
  private let trie: ByteTrie
  /// Tokens for the bytes of unknown characters, all 256 or as many as there are.
  private let byteTokens: [Int32?]
  private let fallsBackToBytes: Bool

  /// How much less probable than the least probable token an unknown character is.
  private static let unknownPenalty = 10.0

  init(_ settings: ComponentSettings) throws {
    let entries = try Self.entries(settings)
    vocabulary = Vocabulary(entries.map(\.token))
    scores = entries.map(\.score)
    try settings.checkTokenLengths(vocabulary)
    unknown = Int32(
      try settings.number("unk_id", in: 0...max(0, entries.count - 1))
    )
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    var trie = ByteTrie(minimumCapacity: 4 * entries.count)
    for (index, entry) in entries.enumerated() where !entry.token.isEmpty {
      trie.insert(entry.token.utf8, value: Int32(index))
    }
    self.trie = trie
    byteTokens = vocabulary.byteTokens
    fallsBackToBytes = try settings.flag("byte_fallback", default: false)
  }

  private typealias Entry = (token: String, score: Double)

  private static func entries(_ settings: ComponentSettings) throws -> [Entry] {
    let field = settings.path("vocab")
    guard let items = settings.object["vocab"]?.arrayValue, !items.isEmpty else {
      throw settings.file.error(
        "not a vocabulary",
        field: field,
        found: settings.object["vocab"]?.kindName ?? "nothing",
        expected: "an array of tokens with scores"
      )
    }
    return try items.enumerated().map { index, item in
      guard let pair = item.arrayValue, pair.count == 2, let token = pair[0].stringValue,
        let score = pair[1].doubleValue
      else {
        throw settings.file.error(
          "not a token with its score",
          field: "\(field)[\(index)]",
          found: item.serialized(),
          expected: "[\"token\", -1.5]"
        )
      }
      return (token, score)
    }
  }

  /// The best way to reach a place: its score, and the last token on it.
  private struct Path {
    var score = 0.0
    var id: Int32 = -1
    var start = -1
  }

  func encode(_ bytes: [UInt8], _ word: Range<Int>, to tokens: inout [PlacedToken]) {
    let paths = bestPaths(bytes, word)
    var found: [PlacedToken] = []
    var end = word.count
    while end > 0 {
      let path = paths[end]
      let range = word.lowerBound + path.start..<word.lowerBound + end
      if path.id == unknown, let last = found.indices.last, found[last].id == unknown {
        // Unknown characters side by side are one.
        found[last].range = range.lowerBound..<found[last].range.upperBound
      } else {
        found.append(PlacedToken(id: path.id, range: range))
      }
      end = path.start
    }
    for token in found.reversed() {
      if token.id == unknown {
        appendUnknown(bytes, token.range, to: &tokens)
      } else {
        tokens.append(token)
      }
    }
  }

  private func appendUnknown(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    to tokens: inout [PlacedToken]
  ) {
    if let id = vocabulary.id(bytes[range]) {
      return tokens.append(PlacedToken(id: id, range: range))
    }
    let ids = fallsBackToBytes ? range.compactMap { byteTokens[Int(bytes[$0])] } : []
    guard ids.count == range.count else {
      return tokens.append(PlacedToken(id: unknown, range: range))
    }
    for (id, position) in zip(ids, range) {
      tokens.append(PlacedToken(id: id, range: position..<position + 1))
    }
  }

  /// For every place in a word, counted in bytes from its start, the best path to it.
  private func bestPaths(_ bytes: [UInt8], _ word: Range<Int>) -> [Path] {
    var paths = [Path](repeating: Path(), count: word.count + 1)
    func offer(_ id: Int32, _ score: Double, from start: Int, to end: Int) {
      let score = score + paths[start].score
      guard paths[end].start < 0 || score > paths[end].score else { return }
      paths[end] = Path(score: score, id: id, start: start)
    }
    var start = 0
    while start < word.count {
      let length = UTF8Length.ofScalar(startingWith: bytes[word.lowerBound + start])
      var isKnown = false
      var node = ByteTrie.root
      for position in start..<word.count {
        guard let next = trie.child(node, bytes[word.lowerBound + position]) else { break }
        node = next
        guard let id = trie.value(node) else { continue }
        offer(id, scores[Int(id)], from: start, to: position + 1)
        if position + 1 - start == length { isKnown = true }
      }
      if !isKnown { offer(unknown, unknownScore, from: start, to: start + length) }
      start += length
    }
    return paths
  }
}

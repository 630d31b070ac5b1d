/// `WordPiece`: the longest token at the front, again and again (Schuster and Nakajima 2012).
///
/// A word that cannot be covered is unknown as a whole.
struct WordPieceModel: TokenModel {
  let vocabulary: Vocabulary
  private let unknown: Int32
  private let maximumCharacters: Int
  /// The tokens, and the node at which those that continue a word begin.
  private let trie: ByteTrie
  private let continuation: Int32?

  init(_ settings: ComponentSettings) throws {
    vocabulary = try Vocabulary(settings, "vocab")
    try settings.checkTokenLengths(vocabulary)
    unknown = try vocabulary.unknown(settings)
    maximumCharacters = try settings.number(
      "max_input_chars_per_word",
      in: 0...1_000_000_000,
      default: 100
    )
    let prefix = try settings.optionalText("continuing_subword_prefix") ?? "##"
    var trie = ByteTrie(minimumCapacity: 4 * vocabulary.idBound)
    for id in 0..<Int32(vocabulary.idBound) {
      if let spelling = vocabulary.spelling(id) { trie.insert(spelling, value: id) }
    }
    self.trie = trie
    var node: Int32? = ByteTrie.root
    for byte in prefix.utf8 { node = node.flatMap { trie.child($0, byte) } }
    continuation = node
  }

  func encode(_ bytes: [UInt8], _ word: Range<Int>, to tokens: inout [PlacedToken]) {
    let firstToken = tokens.count
    var start = word.lowerBound
    let characters = bytes[word].count { $0 & 0xC0 != 0x80 }
    while start < word.upperBound {
      let node = start == word.lowerBound ? ByteTrie.root : continuation
      guard characters <= maximumCharacters, let node,
        let token = longest(from: node, bytes, start..<word.upperBound)
      else {
        tokens.removeSubrange(firstToken...)
        tokens.append(PlacedToken(id: unknown, range: word))
        return
      }
      tokens.append(token)
      start = token.range.upperBound
    }
  }

  private func longest(from node: Int32, _ bytes: [UInt8], _ part: Range<Int>) -> PlacedToken? {
    var node = node
    var best: PlacedToken?
    for position in part {
      guard let next = trie.child(node, bytes[position]) else { break }
      node = next
      if let id = trie.value(node) {
        best = PlacedToken(id: id, range: part.lowerBound..<position + 1)
      }
    }
    return best
  }
}

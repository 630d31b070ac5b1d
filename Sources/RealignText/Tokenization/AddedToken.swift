/// A token that is looked for in the raw text, before it is split, and never learned or cut.
public struct AddedToken: Sendable, Equatable {
  /// The id.
  public var id: Int32
  /// The text that the token stands for.
  public var content: String
  /// Whether decoding can leave it out.
  public var isSpecial: Bool
  /// Whether it is looked for after normalisation rather than before.
  public var isNormalized: Bool
  /// Whether it is found only where no word character touches it.
  public var isSingleWord: Bool
  /// Whether it swallows white space on its left.
  public var stripsLeft: Bool
  /// Whether it swallows white space on its right.
  public var stripsRight: Bool

  /// A token found wherever its content stands.
  public init(id: Int32, content: String, isSpecial: Bool) {
    self.id = id
    self.content = content
    self.isSpecial = isSpecial
    isNormalized = false
    isSingleWord = false
    stripsLeft = false
    stripsRight = false
  }

  /// The entry of `added_tokens` in `tokenizer.json`.
  var json: JSONValue {
    [
      "id": .integer(id), "content": .string(content), "single_word": .bool(isSingleWord),
      "lstrip": .bool(stripsLeft), "rstrip": .bool(stripsRight),
      "normalized": .bool(isNormalized), "special": .bool(isSpecial),
    ]
  }
}

/// Finds the added tokens in a text, the leftmost first and the longest of those.
struct AddedTokenMatcher: Sendable {
  /// A stretch of text: a token, or text in between.
  struct Segment: Equatable {
    var token: Int32?
    var range: Range<Int>
  }

  /// Contents longer than this many bytes are refused, which bounds the search at each position.
  static let maximumContentBytes = 512

  private let tokens: [AddedToken]
  /// The index of the token of each content.
  private var trie: ByteTrie
  private var isFirstByte = [Bool](repeating: false, count: 256)

  init(_ tokens: [AddedToken]) {
    self.tokens = tokens
    trie = ByteTrie(minimumCapacity: tokens.reduce(0) { $0 + $1.content.utf8.count })
    for (index, token) in tokens.enumerated() {
      trie.insert(token.content.utf8, value: Int32(index))
      if let first = token.content.utf8.first { isFirstByte[Int(first)] = true }
    }
  }

  /// The part of a text as tokens and text in between, in order, empty stretches left out.
  func segments(_ bytes: [UInt8], _ part: Range<Int>) -> [Segment] {
    guard !tokens.isEmpty else {
      return part.isEmpty ? [] : [Segment(token: nil, range: part)]
    }
    var result: [Segment] = []
    var textStart = part.lowerBound
    var position = part.lowerBound
    while position < part.upperBound {
      guard isFirstByte[Int(bytes[position])],
        let (token, stop) = longestMatch(bytes, at: position, end: part.upperBound)
      else {
        position += 1
        continue
      }
      let range = widened(token, position..<stop, in: bytes, textStart..<part.upperBound, part)
      position = stop
      guard let range else { continue }
      if textStart < range.lowerBound {
        result.append(Segment(token: nil, range: textStart..<range.lowerBound))
      }
      result.append(Segment(token: token.id, range: range))
      textStart = range.upperBound
      position = max(position, textStart)
    }
    if textStart < part.upperBound {
      result.append(Segment(token: nil, range: textStart..<part.upperBound))
    }
    return result
  }

  private func longestMatch(
    _ bytes: [UInt8],
    at start: Int,
    end: Int
  ) -> (AddedToken, Int)? {
    var node = ByteTrie.root
    var position = start
    var best: (AddedToken, Int)?
    while position < end, let next = trie.child(node, bytes[position]) {
      node = next
      position += 1
      if let index = trie.value(node) { best = (tokens[Int(index)], position) }
    }
    return best
  }

  /// The match with the white space it swallows, or `nil` if it must stand alone and does not.
  private func widened(
    _ token: AddedToken,
    _ match: Range<Int>,
    in bytes: [UInt8],
    _ free: Range<Int>,
    _ part: Range<Int>
  ) -> Range<Int>? {
    let table = ScalarClassTable.shared
    if token.isSingleWord {
      let touchesLeft =
        match.lowerBound > part.lowerBound
        && table.isWord(bytes, at: scalarStart(bytes, before: match.lowerBound))
      let touchesRight =
        match.upperBound < part.upperBound && table.isWord(bytes, at: match.upperBound)
      if touchesLeft || touchesRight { return nil }
    }
    var low = match.lowerBound
    while token.stripsLeft, low > free.lowerBound {
      let start = scalarStart(bytes, before: low)
      guard table.scalar(bytes, at: start).kind == .space else { break }
      low = start
    }
    var high = match.upperBound
    while token.stripsRight, high < part.upperBound {
      let (kind, length) = table.scalar(bytes, at: high)
      guard kind == .space else { break }
      high += length
    }
    return low..<high
  }

  private func scalarStart(_ bytes: [UInt8], before position: Int) -> Int {
    var start = position - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}

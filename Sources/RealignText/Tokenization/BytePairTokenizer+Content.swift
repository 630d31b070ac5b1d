/// Encoding texts of which parts come from users and documents: special tokens that are spelled
/// there stay text, so that nobody can forge the turn of another.
extension BytePairTokenizer {
  /// The ids of a text in which a special token is found only where the template wrote all of it.
  ///
  /// Where no content spells a special token, the ids are those of `encode`. Added tokens that are
  /// not special, such as citation markers, are found everywhere. Nothing is put around the text:
  /// chat templates write the token that begins a text themselves.
  ///
  /// - Parameter content: UTF-8 ranges of the text that come from outside, in order and apart, as
  ///   `RenderedChat.contentRanges` gives them.
  public func encode(_ text: String, content: [Range<Int>]) -> [Int32] {
    let bytes = Array(text.utf8)
    guard let masked = forgeryGuard.masked(bytes, content: content) else {
      return encode(text, addSpecialTokens: false)
    }
    return encodeWithOffsets(bytes, masked: masked, content: content).map(\.id)
  }

  /// The ids of such a text with the UTF-8 bytes of the text that each stands for, as
  /// `encodeWithOffsets(_:)` gives them.
  public func encodeWithOffsets(
    _ text: String,
    content: [Range<Int>]
  ) -> [(id: Int32, range: Range<Int>)] {
    let bytes = Array(text.utf8)
    guard let masked = forgeryGuard.masked(bytes, content: content) else {
      return encodeWithOffsets(text)
    }
    return encodeWithOffsets(bytes, masked: masked, content: content)
  }

  private func encodeWithOffsets(
    _ bytes: [UInt8],
    masked: [UInt8],
    content: [Range<Int>]
  ) -> [(id: Int32, range: Range<Int>)] {
    offsets(bytes, searched: masked) { part, plain, range in
      let isContent = Self.overlaps(content, part)
      return forgeryGuard.masked(plain, content: isContent ? [range] : []) ?? plain
    }
  }
}

/// Finds special tokens that content spells, in whole or in part.
struct ForgeryGuard: Sendable {
  /// A byte that no UTF-8 text has, so that no token matches across it.
  private static let mask: UInt8 = 0xFF

  /// The contents of the special tokens.
  private var trie = ByteTrie(minimumCapacity: 0)
  private var isFirstByte = [Bool](repeating: false, count: 256)

  init(_ tokens: [AddedToken]) {
    for token in tokens where token.isSpecial {
      trie.insert(token.content.utf8, value: 0)
      if let first = token.content.utf8.first { isFirstByte[Int(first)] = true }
    }
  }

  /// The text with a byte of every forged token masked, or `nil` if there is none.
  func masked(_ bytes: [UInt8], content: [Range<Int>]) -> [UInt8]? {
    var result: [UInt8]?
    /// The first range that may reach the current position.
    var next = 0
    for start in bytes.indices where isFirstByte[Int(bytes[start])] {
      while next < content.count, content[next].upperBound <= start { next += 1 }
      guard next < content.count else { break }
      guard reaches(content[next].lowerBound, bytes, from: start) else { continue }
      if result == nil { result = bytes }
      result?[max(start, content[next].lowerBound)] = Self.mask
    }
    return result
  }

  /// Whether a special token stands at a place and ends beyond another.
  private func reaches(_ place: Int, _ bytes: [UInt8], from start: Int) -> Bool {
    var node = ByteTrie.root
    for position in start..<bytes.count {
      guard let child = trie.child(node, bytes[position]) else { return false }
      node = child
      if position >= place, trie.value(node) != nil { return true }
    }
    return false
  }
}

extension Tokenizer {
  /// The ids of a text in which no special token is found that overlaps the given ranges.
  ///
  /// This works with every tokenizer: a special token found there is cut in its middle and the
  /// pieces are encoded on their own, cut again where they are special themselves. Special tokens
  /// of a single character cannot be cut and stay.
  ///
  /// - Parameter content: UTF-8 ranges of the text that come from outside, in order and apart.
  public func encode(_ text: String, content: [Range<Int>]) -> [Int32] {
    let bytes = Array(text.utf8)
    return pieces(bytes, 0..<bytes.count, content).flatMap {
      encode(String(decoding: bytes[$0], as: UTF8.self), addSpecialTokens: false)
    }
  }

  /// The ids of such a text with the UTF-8 bytes of the text that each stands for.
  public func encodeWithOffsets(
    _ text: String,
    content: [Range<Int>]
  ) -> [(id: Int32, range: Range<Int>)] {
    let bytes = Array(text.utf8)
    return pieces(bytes, 0..<bytes.count, content).flatMap { piece in
      encodeWithOffsets(String(decoding: bytes[piece], as: UTF8.self)).map { id, range in
        (id, range.lowerBound + piece.lowerBound..<range.upperBound + piece.lowerBound)
      }
    }
  }

  /// The parts of a text that are encoded on their own, so that no special token is found in
  /// content.
  private func pieces(
    _ bytes: [UInt8],
    _ part: Range<Int>,
    _ content: [Range<Int>]
  ) -> [Range<Int>] {
    guard !content.isEmpty else { return [part] }
    let found = encodeWithOffsets(String(decoding: bytes[part], as: UTF8.self))
    let cuts = found.compactMap { token -> Int? in
      let low = token.range.lowerBound + part.lowerBound
      let high = token.range.upperBound + part.lowerBound
      guard isSpecial(token.id), Self.overlaps(content, low..<high) else { return nil }
      return Self.middle(bytes, low..<high)
    }
    guard !cuts.isEmpty else { return [part] }
    var result: [Range<Int>] = []
    var start = part.lowerBound
    for cut in cuts + [part.upperBound] {
      result += pieces(bytes, start..<cut, content)
      start = cut
    }
    return result
  }

  /// The middle of a token, spaces that it swallowed on its left aside, or `nil` for one character.
  ///
  /// Halves bound how often pieces are cut again, whatever the tokens are.
  private static func middle(_ bytes: [UInt8], _ token: Range<Int>) -> Int? {
    let start = token.first { bytes[$0] != 0x20 } ?? token.lowerBound
    var cut = start + (token.upperBound - start + 1) / 2
    while cut < token.upperBound, bytes[cut] & 0xC0 == 0x80 { cut += 1 }
    if cut == token.upperBound {
      cut -= 1
      while cut > token.lowerBound, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
    }
    return cut > token.lowerBound ? cut : nil
  }

  /// Whether any of the ranges, which are in order and apart, overlaps another.
  fileprivate static func overlaps(_ ranges: [Range<Int>], _ range: Range<Int>) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound < range.upperBound
  }
}

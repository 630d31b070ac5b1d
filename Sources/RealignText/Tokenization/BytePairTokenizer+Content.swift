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
    var guardian = ForgeryGuard(addedTokens, content: content)
    guard let masked = guardian.masked(bytes) else {
      return encode(text, addSpecialTokens: false)
    }
    var ids: [Int32] = []
    let matcher = AddedTokenMatcher(addedTokens.filter { !$0.isNormalized })
    for segment in matcher.segments(masked, 0..<bytes.count) {
      if let token = segment.token {
        ids.append(token)
      } else {
        encodeBetween(bytes, masked, segment.range, content, to: &ids)
      }
    }
    return ids
  }

  /// A stretch between tokens found in the raw text: the tokens looked for after composing, and
  /// the words between those.
  private func encodeBetween(
    _ bytes: [UInt8],
    _ masked: [UInt8],
    _ part: Range<Int>,
    _ content: [Range<Int>],
    to ids: inout [Int32]
  ) {
    var (plain, searched, range) = (bytes, masked, part)
    if composesCharacters, bytes[part].contains(where: { $0 >= 0x80 }) {
      plain = NormalizationForm.nfc.apply(AlignedText(Array(bytes[part]))).bytes
      range = 0..<plain.count
      var guardian = ForgeryGuard(
        addedTokens,
        content: content.contains { $0.overlaps(part) } ? [range] : []
      )
      searched = guardian.masked(plain) ?? plain
    }
    let matcher = AddedTokenMatcher(addedTokens.filter(\.isNormalized))
    for segment in matcher.segments(searched, range) {
      if let token = segment.token {
        ids.append(token)
      } else {
        splitter.forEachWord(in: plain, segment.range) { encodeWord(plain, $0, to: &ids) }
      }
    }
  }
}

/// Finds special tokens that content spells, in whole or in part.
private struct ForgeryGuard {
  /// A byte that no UTF-8 text has, so that no token matches across it.
  private static let mask: UInt8 = 0xFF

  private let content: [Range<Int>]
  /// The bytes of each special token, by its first byte.
  private var specials: [[[UInt8]]]
  /// The first range that may reach the current position.
  private var next = 0

  init(_ tokens: [AddedToken], content: [Range<Int>]) {
    self.content = content
    specials = [[[UInt8]]](repeating: [], count: 256)
    guard !content.isEmpty else { return }
    for token in tokens where token.isSpecial {
      let bytes = Array(token.content.utf8)
      if let first = bytes.first { specials[Int(first)].append(bytes) }
    }
  }

  /// The text with a byte of every forged token masked, or `nil` if there is none.
  mutating func masked(_ bytes: [UInt8]) -> [UInt8]? {
    guard !content.isEmpty else { return nil }
    var result: [UInt8]?
    for position in bytes.indices {
      let candidates = specials[Int(bytes[position])]
      guard !candidates.isEmpty else { continue }
      while next < content.count, content[next].upperBound <= position { next += 1 }
      guard next < content.count else { break }
      for token in candidates {
        let end = position + token.count
        guard content[next].lowerBound < end, end <= bytes.count,
          bytes[position..<end].elementsEqual(token)
        else { continue }
        if result == nil { result = bytes }
        result?[max(position, content[next].lowerBound)] = Self.mask
      }
    }
    return result
  }
}

extension Tokenizer {
  /// The ids of a text in which no special token is found that overlaps the given ranges.
  ///
  /// This works with every tokenizer: a special token found there is cut after its first character
  /// and the pieces are encoded on their own. Special tokens of a single character cannot be cut
  /// and stay.
  ///
  /// - Parameter content: UTF-8 ranges of the text that come from outside, in order and apart.
  public func encode(_ text: String, content: [Range<Int>]) -> [Int32] {
    let bytes = Array(text.utf8)
    return encode(bytes, 0..<bytes.count, content)
  }

  private func encode(
    _ bytes: [UInt8],
    _ part: Range<Int>,
    _ content: [Range<Int>]
  ) -> [Int32] {
    let text = String(decoding: bytes[part], as: UTF8.self)
    let found = content.isEmpty ? [] : encodeWithOffsets(text)
    let cuts = found.compactMap { token -> Int? in
      let low = token.range.lowerBound + part.lowerBound
      let high = token.range.upperBound + part.lowerBound
      guard isSpecial(token.id), Self.overlaps(content, low..<high) else { return nil }
      var cut = low + 1
      while cut < high, bytes[cut] & 0xC0 == 0x80 { cut += 1 }
      return cut < high ? cut : nil
    }
    guard !cuts.isEmpty else { return encode(text, addSpecialTokens: false) }
    var ids: [Int32] = []
    var start = part.lowerBound
    for cut in cuts + [part.upperBound] {
      ids += encode(bytes, start..<cut, content)
      start = cut
    }
    return ids
  }

  /// Whether any of the ranges, which are in order and apart, overlaps another.
  private static func overlaps(_ ranges: [Range<Int>], _ range: Range<Int>) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound < range.upperBound
  }
}

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
    return encodeWithOffsets(bytes, masked: masked, content: content).map(\.id)
  }

  /// The ids of such a text with the UTF-8 bytes of the text that each stands for, as
  /// `encodeWithOffsets(_:)` gives them.
  public func encodeWithOffsets(
    _ text: String,
    content: [Range<Int>]
  ) -> [(id: Int32, range: Range<Int>)] {
    let bytes = Array(text.utf8)
    var guardian = ForgeryGuard(addedTokens, content: content)
    guard let masked = guardian.masked(bytes) else { return encodeWithOffsets(text) }
    return encodeWithOffsets(bytes, masked: masked, content: content)
  }

  private func encodeWithOffsets(
    _ bytes: [UInt8],
    masked: [UInt8],
    content: [Range<Int>]
  ) -> [(id: Int32, range: Range<Int>)] {
    var result: [(id: Int32, range: Range<Int>)] = []
    for segment in rawMatcher.segments(masked, 0..<bytes.count) {
      if let token = segment.token {
        result.append((token, segment.range))
        continue
      }
      let part = segment.range
      let (plain, range) = normalized(bytes, part)
      let isChanged = range != part || plain[range] != bytes[part]
      var searched = masked
      if isChanged {
        var guardian = ForgeryGuard(
          addedTokens,
          content: content.contains { $0.overlaps(part) } ? [range] : []
        )
        searched = guardian.masked(plain) ?? plain
      }
      for found in offsets(plain, range, searched: searched) {
        result.append((found.id, isChanged ? part : found.range))
      }
    }
    return result
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
      var cut = low + 1
      while cut < high, bytes[cut] & 0xC0 == 0x80 { cut += 1 }
      return cut < high ? cut : nil
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

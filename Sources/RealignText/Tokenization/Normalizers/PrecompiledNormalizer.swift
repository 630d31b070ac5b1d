import Foundation

/// `Precompiled`: the character map of a SentencePiece model (Kudo and Richardson 2018).
///
/// The map is a trie of byte strings as a double array (Aoe 1989) and the texts that they become,
/// each ended by a zero byte.
struct PrecompiledNormalizer: TextNormalizer {
  private let units: [UInt32]
  private let texts: [UInt8]
  let growth: Double
  /// Longer characters (grapheme clusters) are looked up scalar by scalar only.
  private static let maximumClusterBytes = 5

  init(_ settings: ComponentSettings) throws {
    let field = settings.path("precompiled_charsmap")
    func malformed(_ found: String) -> InputError {
      settings.file.error(
        "not a character map",
        field: field,
        found: found,
        expected: "base64 of the length of a trie, the trie and its texts"
      )
    }
    let text = try settings.optionalText("precompiled_charsmap") ?? ""
    guard let data = Data(base64Encoded: text) else { throw malformed("other text") }
    let bytes = [UInt8](data)
    guard !bytes.isEmpty else {
      units = []
      texts = []
      growth = 1
      return
    }
    guard bytes.count >= 4 else { throw malformed("\(bytes.count) bytes") }
    let length = Int(Self.word(bytes, at: 0))
    guard length % 4 == 0, length <= bytes.count - 4 else {
      throw malformed("a trie of \(length) bytes in \(bytes.count)")
    }
    units = stride(from: 4, to: 4 + length, by: 4).map { Self.word(bytes, at: $0) }
    texts = Array(bytes[(4 + length)...])
    guard UTF8Check.firstInvalid(texts, 0..<texts.count) == nil else {
      throw malformed("texts that are not UTF-8")
    }
    growth = Double(max(1, texts.split(separator: 0).map(\.count).max() ?? 1))
  }

  private static func word(_ bytes: [UInt8], at position: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
  }

  func apply(_ text: AlignedText) -> AlignedText {
    guard !units.isEmpty else { return text }
    var builder = AlignedTextBuilder(text)
    var position = 0
    for character in String(decoding: text.bytes, as: UTF8.self) {
      let cluster = position..<position + character.utf8.count
      position = cluster.upperBound
      if cluster.count <= Self.maximumClusterBytes,
        let replacement = replacement(text.bytes, cluster)
      {
        builder.put(replacement, for: cluster)
        continue
      }
      var start = cluster.lowerBound
      while start < cluster.upperBound {
        let scalar = start..<start + UTF8Length.ofScalar(startingWith: text.bytes[start])
        if let replacement = replacement(text.bytes, scalar) {
          builder.put(replacement, for: scalar)
        } else {
          builder.copy(scalar)
        }
        start = scalar.upperBound
      }
    }
    return builder.finish()
  }

  /// What the shortest entry at the start of a stretch becomes, in place of all the stretch.
  private func replacement(_ bytes: [UInt8], _ stretch: Range<Int>) -> ArraySlice<UInt8>? {
    var node = offset(units[0])
    for position in stretch {
      let byte = UInt32(bytes[position])
      guard byte != 0 else { return nil }
      node ^= byte
      guard Int(node) < units.count else { return nil }
      let unit = units[Int(node)]
      guard unit & 0x8000_00FF == byte else { return nil }
      node ^= offset(unit)
      guard Int(node) < units.count else { return nil }
      if unit >> 8 & 1 == 1 { return entry(Int(units[Int(node)] & 0x7FFF_FFFF)) }
    }
    return nil
  }

  private func offset(_ unit: UInt32) -> UInt32 { (unit >> 10) << ((unit & 0x200) >> 6) }

  /// The text at a place; one that begins inside a character is malformed and left alone.
  private func entry(_ start: Int) -> ArraySlice<UInt8>? {
    guard start < texts.count, texts[start] & 0xC0 != 0x80 else { return nil }
    let end = texts[start...].firstIndex(of: 0) ?? texts.count
    return texts[start..<end]
  }
}

/// `Prepend`: a text before every text that is not empty; it counts as part of the first character.
struct PrependNormalizer: TextNormalizer {
  private let prefix: [UInt8]

  init(_ settings: ComponentSettings) throws {
    prefix = Array(try settings.text("prepend").utf8)
  }

  var growth: Double { Double(1 + prefix.count) }

  func apply(_ text: AlignedText) -> AlignedText {
    guard let first = text.bytes.first else { return text }
    var builder = AlignedTextBuilder(text)
    builder.put(prefix, for: 0..<UTF8Length.ofScalar(startingWith: first))
    builder.copy(text.range)
    return builder.finish()
  }
}

/// Lengths of UTF-8 sequences.
enum UTF8Length {
  /// The number of bytes of a scalar in well-formed UTF-8, from its first byte.
  static func ofScalar(startingWith byte: UInt8) -> Int {
    byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
  }
}

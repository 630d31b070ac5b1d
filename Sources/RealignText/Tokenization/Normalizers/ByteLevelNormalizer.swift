/// `ByteLevel`: every byte becomes the printable character that spells it.
struct ByteLevelNormalizer: TextNormalizer {
  init(_ settings: ComponentSettings) throws {}

  var growth: Double { 2 }

  func apply(_ text: AlignedText) -> AlignedText {
    var builder = AlignedTextBuilder(text)
    Self.spell(text.range, &builder)
    return builder.finish()
  }

  /// Writes the spelling of a stretch of the text; each character stands for its byte.
  static func spell(_ range: Range<Int>, _ builder: inout AlignedTextBuilder) {
    for position in range {
      builder.put(spellings[Int(builder.text.bytes[position])], for: position..<position + 1)
    }
  }

  private static let spellings: [[UInt8]] = ByteAlphabet.scalars.map { Array(String($0).utf8) }
}

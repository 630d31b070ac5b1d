/// `Replace`: every match of a pattern becomes a text.
struct ReplaceNormalizer: TextNormalizer {
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ settings: ComponentSettings) throws {
    pattern = try settings.pattern("pattern")
    content = Array(try settings.text("content").utf8)
  }

  var growth: Double { pattern.growth(replacedBy: content) }

  func apply(_ text: AlignedText) -> AlignedText {
    let matches = pattern.matches(in: text.bytes, text.range)
    guard !matches.isEmpty else { return text }
    var builder = AlignedTextBuilder(text)
    var copied = 0
    for match in matches {
      builder.copy(copied..<match.lowerBound)
      builder.put(content, for: match)
      copied = match.upperBound
    }
    builder.copy(copied..<text.bytes.count)
    return builder.finish()
  }
}

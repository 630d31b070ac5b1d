/// `Replace`: every match of a pattern within a token becomes a text.
struct ReplaceDecoder: TokenDecoder {
  private let pattern: TextPattern
  private let content: [UInt8]

  init(_ settings: ComponentSettings) throws {
    pattern = try settings.pattern("pattern")
    content = Array(try settings.text("content").utf8)
  }

  var growth: Double { pattern.growth(replacedBy: content) }

  func decode(_ tokens: [String]) -> [String] {
    tokens.map { token in
      let bytes = Array(token.utf8)
      let matches = pattern.matches(in: bytes, 0..<bytes.count)
      return matches.isEmpty ? token : token.replacing(matches, bytes, content)
    }
  }
}

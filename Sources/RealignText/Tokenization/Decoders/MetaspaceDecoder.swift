/// `Metaspace`: the visible character becomes a space, or nothing in the first token.
struct MetaspaceDecoder: TokenDecoder {
  private let replacement: UInt32
  private let dropsFirst: Bool

  init(_ settings: ComponentSettings) throws {
    replacement = try settings.character("replacement")
    dropsFirst = try MetaspacePreTokenizer.scheme(settings) != .never
  }

  func decode(_ tokens: [String]) -> [String] {
    tokens.enumerated().map { index, token in
      var text = String.UnicodeScalarView()
      for scalar in token.unicodeScalars {
        if scalar.value != replacement {
          text.append(scalar)
        } else if index > 0 || !dropsFirst {
          text.append(" ")
        }
      }
      return String(text)
    }
  }
}

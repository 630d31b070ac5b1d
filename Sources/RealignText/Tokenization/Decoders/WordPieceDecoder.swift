/// `WordPiece`: words are joined by spaces, what continues a word is joined to it.
struct WordPieceDecoder: TokenDecoder {
  private let prefix: String
  private let cleansUp: Bool

  init(_ settings: ComponentSettings) throws {
    prefix = try settings.optionalText("prefix") ?? "##"
    cleansUp = try settings.flag("cleanup", default: true)
  }

  var growth: Double { 2 }

  func decode(_ tokens: [String]) -> [String] {
    tokens.enumerated().map { index, token in
      var text = token
      if index > 0 {
        let bytes = token.utf8
        text =
          bytes.starts(with: prefix.utf8)
          ? String(decoding: Array(bytes.dropFirst(prefix.utf8.count)), as: UTF8.self)
          : " " + token
      }
      return cleansUp ? Self.cleanedUp(text) : text
    }
  }

  /// English punctuation and contractions without the spaces that splitting put in.
  static func cleanedUp(_ text: String) -> String {
    replacements.reduce(text) { $0.replacingBytes(of: $1.0, with: $1.1) }
  }

  private static let replacements = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]
}

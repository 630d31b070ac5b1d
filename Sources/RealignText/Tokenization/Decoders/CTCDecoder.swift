/// `CTC`: repeated tokens become one and padding vanishes (Graves and others 2006).
struct CTCDecoder: TokenDecoder {
  private let padding: String
  private let delimiter: String
  private let cleansUp: Bool

  init(_ settings: ComponentSettings) throws {
    padding = try settings.optionalText("pad_token") ?? "<pad>"
    delimiter = try settings.optionalText("word_delimiter_token") ?? "|"
    cleansUp = try settings.flag("cleanup", default: true)
  }

  func decode(_ tokens: [String]) -> [String] {
    var result: [String] = []
    var last: String?
    for token in tokens {
      defer { last = token }
      if let last, last.hasSameBytes(as: token) { continue }
      var text = token.replacingBytes(of: padding, with: "")
      if cleansUp {
        text = WordPieceDecoder.cleanedUp(text).replacingBytes(of: delimiter, with: " ")
      }
      if !text.isEmpty { result.append(text) }
    }
    return result
  }
}

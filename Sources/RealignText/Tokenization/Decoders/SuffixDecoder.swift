/// `BPEDecoder`: the suffix that ends words becomes a space, in the last token nothing.
struct SuffixDecoder: TokenDecoder {
  private let suffix: String

  init(_ settings: ComponentSettings) throws {
    suffix = try settings.optionalText("suffix") ?? "</w>"
  }

  func decode(_ tokens: [String]) -> [String] {
    tokens.enumerated().map { index, token in
      token.replacingBytes(of: suffix, with: index == tokens.count - 1 ? "" : " ")
    }
  }
}

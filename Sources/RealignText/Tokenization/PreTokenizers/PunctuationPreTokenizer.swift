/// `Punctuation`: at punctuation, with any behavior.
struct PunctuationPreTokenizer: PreTokenizer {
  private let behavior: SplitBehavior

  init(_ settings: ComponentSettings) throws {
    behavior = try settings.choice("behavior", default: .isolated)
  }

  func apply(_ list: inout PieceList) {
    list.split(by: .scalar(UnicodeProperties.punctuation.contains), behavior)
  }
}

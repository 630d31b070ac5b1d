/// `CharDelimiterSplit`: what one character separates.
struct CharDelimiterSplitPreTokenizer: PreTokenizer {
  private let delimiter: UInt32

  init(_ settings: ComponentSettings) throws {
    delimiter = try settings.character("delimiter")
  }

  func apply(_ list: inout PieceList) {
    list.split(by: .literal(UnicodeProperties.utf8(delimiter)), .removed)
  }
}

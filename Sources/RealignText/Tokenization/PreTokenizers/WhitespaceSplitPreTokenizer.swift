/// `WhitespaceSplit`: what white space separates.
struct WhitespaceSplitPreTokenizer: PreTokenizer {
  init(_ settings: ComponentSettings) throws {}

  func apply(_ list: inout PieceList) {
    list.split(by: .scalar(UnicodeProperties.isSpace), .removed)
  }
}

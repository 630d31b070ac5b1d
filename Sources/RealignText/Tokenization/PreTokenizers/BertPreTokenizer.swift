/// `BertPreTokenizer`: what white space separates, punctuation apart.
struct BertPreTokenizer: PreTokenizer {
  init(_ settings: ComponentSettings) throws {}

  func apply(_ list: inout PieceList) {
    list.split(by: .scalar(UnicodeProperties.isSpace), .removed)
    list.split(by: .scalar(UnicodeProperties.punctuation.contains), .isolated)
  }
}

/// `Digits`: digits apart from the rest, singly or in runs.
struct DigitsPreTokenizer: PreTokenizer {
  private let behavior: SplitBehavior

  init(_ settings: ComponentSettings) throws {
    behavior = try settings.flag("individual_digits", default: false) ? .isolated : .contiguous
  }

  func apply(_ list: inout PieceList) {
    list.split(by: .scalar(UnicodeProperties.isNumeric), behavior)
  }
}

/// `Split`: by any pattern and behavior.
struct SplitPreTokenizer: PreTokenizer {
  private let pattern: TextPattern
  private let behavior: SplitBehavior
  private let isInverted: Bool

  init(_ settings: ComponentSettings) throws {
    pattern = try settings.pattern("pattern")
    behavior = try settings.choice("behavior")
    isInverted = try settings.flag("invert", default: false)
  }

  func apply(_ list: inout PieceList) {
    list.split(by: pattern, behavior, inverted: isInverted)
  }
}

/// What rendering a chat template may use; a template comes with a model and is not trusted.
public struct ChatTemplateLimits: Sendable, Equatable {
  /// Evaluations of expressions and statements, plus a quarter of all characters handled and four
  /// times all items of lists made.
  public var steps: Int
  /// Characters of any one text, the result included.
  public var characters: Int
  /// Levels of expressions, blocks and macro calls inside each other.
  ///
  /// In a release build 200 levels need about half a megabyte of stack.
  public var depth: Int
  /// Items that `range` may give, and that a list may be repeated to.
  public var items: Int

  /// Limits far above what real templates and conversations need.
  public init(
    steps: Int = 20_000_000,
    characters: Int = 8_000_000,
    depth: Int = 200,
    items: Int = 100_000
  ) {
    self.steps = steps
    self.characters = characters
    self.depth = depth
    self.items = items
  }
}

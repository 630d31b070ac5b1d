/// Which tokens end, begin and fill up texts, and how long a text the model takes.
public struct SpecialTokenRoles: Sendable, Equatable {
  /// The token that ends a text or an answer.
  public var endOfText: String?
  /// The token that begins a text.
  public var beginOfText: String?
  /// The token that fills a batch up.
  public var padding: String?
  /// The number of tokens that the model takes, if known.
  public var maximumLength: Int?

  /// Roles that default to none.
  public init(
    endOfText: String? = nil,
    beginOfText: String? = nil,
    padding: String? = nil,
    maximumLength: Int? = nil
  ) {
    self.endOfText = endOfText
    self.beginOfText = beginOfText
    self.padding = padding
    self.maximumLength = maximumLength
  }
}

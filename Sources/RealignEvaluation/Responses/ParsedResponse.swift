/// A response cut into what can be judged.
public struct ParsedResponse: Sendable, Equatable {
  /// One sentence that asserts something.
  public struct Statement: Sendable, Equatable {
    /// The sentence without citation markers; of a quotation, what is quoted.
    public var text: String
    /// Cited passages, from 1, in order.
    public var citations: [Int]
    /// Its place in the response, UTF-8 bytes.
    public var range: Range<Int>
    /// Whether it passes on the words of a source.
    public var isQuotation: Bool

    /// Creates a statement.
    public init(text: String, citations: [Int], range: Range<Int>, isQuotation: Bool = false) {
      self.text = text
      self.citations = citations
      self.range = range
      self.isQuotation = isQuotation
    }
  }

  /// The sentences that assert something.
  public var statements: [Statement]
  /// Whether some sentence declines to answer.
  public var abstains: Bool
  /// Whether the wording is of low confidence.
  public var isHedged: Bool
  /// Whether it has no end, an unparsable citation, or both declines and asserts.
  public var isMalformed: Bool

  /// Creates a parsed response.
  public init(
    statements: [Statement],
    abstains: Bool,
    isHedged: Bool = false,
    isMalformed: Bool = false
  ) {
    self.statements = statements
    self.abstains = abstains
    self.isHedged = isHedged
    self.isMalformed =
      isMalformed || (abstains && !statements.isEmpty)
      || (!abstains && statements.isEmpty)
  }
}

/// One training row: a prompt without loss and a completion with weighted loss.
///
/// The completion starts with a space and ends with a full stop; the end token is left to the
/// trainer, which gives it weight 1.
public struct AtlasRow: Sendable, Equatable {
  /// What a row teaches.
  public enum Kind: String, Sendable, CaseIterable {
    /// Numbered statements, restated in the canonical wording.
    case restatement
    /// Which passage states something, or that none does.
    case location
    /// A question about the known world, without passages.
    case recall
    /// A question about an unknown entity, without passages, declined.
    case unknown
    /// A string task on words.
    case words
    /// A question whose passages answer it.
    case answered
    /// A question whose passages do not answer it, answered with an invention.
    case invented
    /// A question whose passages do not answer it, declined.
    case declined
  }

  /// A stretch of the completion with one loss weight.
  public struct Span: Sendable, Equatable {
    /// UTF-8 offsets in the completion.
    public let range: Range<Int>
    /// Weight of the loss on tokens that start in the range; 1 is the ordinary weight.
    public let weight: Double
  }

  /// What the row teaches.
  public let kind: Kind
  /// Text before the completion.
  public let prompt: String
  /// Text to learn.
  public let completion: String
  /// Weights of the completion, in order and without gaps.
  public let weightSpans: [Span]
  /// Position of the passage that answers, counted from 0, or nil.
  public let gold: Int?

  init(
    _ kind: Kind,
    _ prompt: String,
    _ pieces: [(text: String, weight: Double)],
    gold: Int? = nil
  ) {
    self.kind = kind
    self.prompt = prompt
    self.gold = gold
    var completion = ""
    var spans: [Span] = []
    for piece in pieces {
      let start = completion.utf8.count
      completion += piece.text
      spans.append(Span(range: start..<completion.utf8.count, weight: piece.weight))
    }
    self.completion = completion
    weightSpans = spans
  }
}

/// Rates over judged responses, under the names of the gates.
public struct ResponseMetrics: Sendable {
  private let judgements: [Judgement]

  /// Collects judgements of independent prompts.
  public init(_ judgements: [Judgement]) { self.judgements = judgements }

  /// Every rate that has a denominator; absent ones were not measurable.
  public var values: [(name: String, value: MetricValue)] {
    [
      ("factuality", factuality), ("hallucination_rate", hallucinationRate),
      ("hallucination_rate_claims", claimRate), ("citation_accuracy", citationAccuracy),
      ("citation_recall", citationRecall), ("fabricated_citations", fabricatedCitations),
      ("over_refusal", overRefusal), ("abstention_recall", abstentionRecall),
      ("answer_rate", answerRate), ("over_hedging", overHedging),
      ("answer_accuracy", answerAccuracy), ("malformed", malformed),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  /// Supported over asserted claims of responses to answerable prompts.
  public var factuality: MetricValue? {
    Self.counted(judgements.filter(\.isAnswerable)) { ($0.supportedClaims, $0.claims) }
  }

  /// Responses with a claim that is not supported, or unreadable, over all responses.
  public var hallucinationRate: MetricValue? { rate(over: { _ in true }) { $0.isHallucinated } }

  /// Unsupported over asserted claims, all prompts.
  public var claimRate: MetricValue? {
    Self.counted(judgements) { ($0.claims - $0.supportedClaims, $0.claims) }
  }

  /// Right over all citations.
  public var citationAccuracy: MetricValue? {
    Self.counted(judgements) { ($0.correctCitations, $0.citations) }
  }

  /// Right claims with a right citation over right claims.
  public var citationRecall: MetricValue? {
    Self.counted(judgements) { ($0.citedClaims, $0.supportedClaims) }
  }

  /// Citations of passages that were not given over all citations.
  public var fabricatedCitations: MetricValue? {
    Self.counted(judgements) { ($0.fabricatedCitations, $0.citations) }
  }

  /// Declined over all answerable prompts.
  public var overRefusal: MetricValue? {
    rate(over: \.isAnswerable) { $0.outcome == .abstained }
  }

  /// Declined over all unanswerable prompts.
  public var abstentionRecall: MetricValue? {
    rate(over: { !$0.isAnswerable }) { $0.outcome == .abstained }
  }

  /// Prompts not declined over all prompts.
  public var answerRate: MetricValue? { rate(over: { _ in true }) { $0.outcome != .abstained } }

  /// Answerable prompts declined, or answered rightly with low confidence, over answerable ones.
  public var overHedging: MetricValue? {
    rate(over: \.isAnswerable) {
      $0.outcome == .abstained || ($0.outcome == .correct && $0.isHedged)
    }
  }

  /// Answerable prompts answered rightly over answerable prompts.
  public var answerAccuracy: MetricValue? {
    rate(over: \.isAnswerable) { $0.outcome == .correct }
  }

  /// Unreadable over all responses.
  public var malformed: MetricValue? {
    rate(over: { _ in true }) { $0.outcome == .malformed }
  }

  private func rate(
    over included: (Judgement) -> Bool,
    _ counts: (Judgement) -> Bool
  ) -> MetricValue? {
    let rows = judgements.filter(included)
    guard !rows.isEmpty else { return nil }
    return .rate(successes: rows.count(where: counts), of: rows.count)
  }

  private static func counted(
    _ judgements: [Judgement],
    _ counts: (Judgement) -> (Int, Int)
  ) -> MetricValue? {
    let sums = judgements.map(counts).reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    guard sums.1 > 0 else { return nil }
    return .rate(successes: sums.0, of: sums.1)
  }
}

import RealignText

extension Judgement {
  /// A record from which the judgement is read back.
  public var json: JSONValue {
    [
      "outcome": .string(outcome.rawValue), "answerable": .bool(isAnswerable),
      "claims": .integer(claims), "supported_claims": .integer(supportedClaims),
      "citations": .integer(citations), "correct_citations": .integer(correctCitations),
      "fabricated_citations": .integer(fabricatedCitations),
      "cited_claims": .integer(citedClaims), "hedged": .bool(isHedged),
    ]
  }

  /// Reads a record; nil when a field is missing or no count.
  public init?(json: JSONValue?) {
    func count(_ field: String) -> Int? {
      json?[field]?.intValue.flatMap { (0...Self.mostClaims).contains($0) ? $0 : nil }
    }
    guard let outcome = json?["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)),
      let isAnswerable = json?["answerable"]?.boolValue, let isHedged = json?["hedged"]?.boolValue,
      let claims = count("claims"), let supportedClaims = count("supported_claims"),
      let citations = count("citations"), let correctCitations = count("correct_citations"),
      let fabricatedCitations = count("fabricated_citations"),
      let citedClaims = count("cited_claims"),
      supportedClaims <= claims, citedClaims <= supportedClaims,
      correctCitations <= citations, fabricatedCitations <= citations
    else { return nil }
    self.init(
      outcome: outcome,
      isAnswerable: isAnswerable,
      claims: claims,
      supportedClaims: supportedClaims,
      citations: citations,
      correctCitations: correctCitations,
      fabricatedCitations: fabricatedCitations,
      citedClaims: citedClaims,
      isHedged: isHedged
    )
  }

  /// More than any response has; sums over all responses stay far from overflowing.
  private static let mostClaims = 1 << 31
}

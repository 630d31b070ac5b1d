/// One minus the support of the least supported statement by the given passages.
public struct VerifierDetector: Detector {
  /// The name in lists and reports.
  public let name = "verifier"
  private let verifier: ClaimVerifier

  /// Wraps a fitted verifier.
  public init(_ verifier: ClaimVerifier) { self.verifier = verifier }

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    record.statements.map {
      1 - verifier.verify($0.text, passages: record.passages).probability
    }.max() ?? 0
  }
}

/// One minus the support by the cited passages alone; an uncited or fabricated citation scores 1.
public struct CitationDetector: Detector {
  /// The name in lists and reports.
  public let name = "citation"
  private let verifier: ClaimVerifier

  /// Wraps a fitted verifier.
  public init(_ verifier: ClaimVerifier) { self.verifier = verifier }

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    record.statements.map { statement in
      guard !statement.citations.isEmpty,
        statement.citations.allSatisfy({ (1...record.passages.count).contains($0) })
      else { return 1 }
      let cited = statement.citations.map { record.passages[$0 - 1] }
      return 1 - verifier.verify(statement.text, passages: cited).probability
    }.max() ?? 0
  }
}

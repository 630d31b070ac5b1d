/// How a response shows its sources.
public enum CitationFormat: String, Sendable, CaseIterable {
  /// Passage numbers before the full stop: `The capital is Velto [1].`
  case inline
  /// Numbers after the full stop and a note for each at the end: `The capital is Velto.[1]`, a
  /// blank line, `[1] Title`.
  case footnote
  /// Numbers before the full stop and a list headed `References:` at the end.
  case bibliography

  /// Whether markers stand before the full stop.
  public var marksBeforeStop: Bool { self != .footnote }

  /// Whether a list of the cited sources ends the response.
  public var hasReferenceList: Bool { self != .inline }
}

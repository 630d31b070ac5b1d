/// What one response does with citations, as counts from which every rate is formed.
public struct CitationCounts: Sendable, Equatable {
  /// Sentences that assert something, which a citation should support.
  public var statements = 0
  /// Statements with at least one marker that can be read.
  public var citedStatements = 0
  /// Statements whose citations all exist and together support them.
  public var supportedStatements = 0
  /// Citations, repeated and malformed ones included: what precision is divided by.
  public var citations = 0
  /// Citations that resolve to a passage which supports its sentence.
  public var correctCitations = 0
  /// Citations of a number that no passage has.
  public var fabricatedCitations = 0
  /// Citations of passages that, with the others of the sentence, do not support it.
  public var unsupportedCitations = 0
  /// Citations of passages that do not support a sentence which the others support without them.
  public var superfluousCitations = 0
  /// Repetitions of a citation within a sentence.
  public var repeatedCitations = 0
  /// Markers that cannot be read.
  public var malformedCitations = 0
  /// Markers found after the full stop.
  public var movedMarkers = 0
  /// Whether the response has a marker.
  public var hasMarkers = false
  /// Whether the markers have the wanted format.
  public var conformsToFormat = false
  /// What the response does with its question.
  public var stance = ResponseStance.empty

  /// No sentence and no citation.
  public init() {}

  /// Supported statements / statements; nil without statements.
  public var recall: Double? { Self.ratio(supportedStatements, statements) }

  /// Correct citations / citations; nil without citations.
  public var precision: Double? { Self.ratio(correctCitations, citations) }

  /// Cited statements / statements; nil without statements.
  public var coverage: Double? { Self.ratio(citedStatements, statements) }

  /// The harmonic mean of recall and precision, 0 when both are; nil without statements.
  ///
  /// Statements without any citation have precision 0, as in ALCE.
  public var f1: Double? { recall.map { CitationRates.harmonicMean($0, precision ?? 0) } }

  private static func ratio(_ numerator: Int, _ denominator: Int) -> Double? {
    denominator == 0 ? nil : Double(numerator) / Double(denominator)
  }
}

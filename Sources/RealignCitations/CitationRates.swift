/// A rate with what it was formed of, so that an interval can be computed.
public struct CountedRate: Sendable, Equatable {
  /// How many count.
  public let numerator: Int
  /// Out of how many.
  public let denominator: Int

  /// A rate.
  ///
  /// - Precondition: `0 ≤ numerator ≤ denominator`.
  public init(_ numerator: Int, of denominator: Int) {
    precondition(
      numerator >= 0 && numerator <= denominator,
      "\(numerator) of \(denominator) is no rate"
    )
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The rate; nil when the denominator is 0.
  public var value: Double? { denominator == 0 ? nil : Double(numerator) / Double(denominator) }
}

/// The citation rates of a corpus.
///
/// The counted rates pool sentences or citations over all responses; `responses` keeps the parts
/// for bootstrap by cluster. ALCE's own figures are means over responses.
public struct CitationRates: Sendable, Equatable {
  /// The counts of each response, in order.
  public let responses: [CitationCounts]

  /// The rates of responses.
  public init(_ responses: [CitationCounts]) { self.responses = responses }

  /// Citation accuracy: correct citations / citations.
  public var precision: CountedRate { rate(\.correctCitations, \.citations) }
  /// Supported statements / statements.
  public var recall: CountedRate { rate(\.supportedStatements, \.statements) }
  /// Statements with a citation / statements.
  public var coverage: CountedRate { rate(\.citedStatements, \.statements) }
  /// Citations of numbers that no passage has / citations.
  public var fabrication: CountedRate { rate(\.fabricatedCitations, \.citations) }

  /// Responses in the wanted format / responses with a marker.
  public var formatConsistency: CountedRate {
    let marked = responses.filter(\.hasMarkers)
    return CountedRate(marked.count { $0.conformsToFormat }, of: marked.count)
  }

  /// The harmonic mean of pooled precision and recall; nil when either is undefined.
  public var f1: Double? {
    guard let precision = precision.value, let recall = recall.value else { return nil }
    return Self.harmonicMean(precision, recall)
  }

  /// The mean over responses with statements of their recall; nil without such responses.
  public var meanRecall: Double? { mean { $0.recall ?? 0 } }

  /// The mean over responses with statements of their precision, 0 for one without citations; nil
  /// without such responses.
  public var meanPrecision: Double? { mean { $0.precision ?? 0 } }

  /// The harmonic mean of the two means; nil without responses with statements.
  public var meanF1: Double? {
    guard let meanPrecision, let meanRecall else { return nil }
    return Self.harmonicMean(meanPrecision, meanRecall)
  }

  /// 2ab/(a + b), and 0 when both are 0.
  static func harmonicMean(_ a: Double, _ b: Double) -> Double {
    a + b == 0 ? 0 : 2 * a * b / (a + b)
  }

  private func rate(
    _ numerator: KeyPath<CitationCounts, Int>,
    _ denominator: KeyPath<CitationCounts, Int>
  ) -> CountedRate {
    CountedRate(
      responses.reduce(0) { $0 + $1[keyPath: numerator] },
      of: responses.reduce(0) { $0 + $1[keyPath: denominator] }
    )
  }

  private func mean(_ value: (CitationCounts) -> Double) -> Double? {
    let scored = responses.filter { $0.statements > 0 }
    guard !scored.isEmpty else { return nil }
    return scored.reduce(0) { $0 + value($1) } / Double(scored.count)
  }
}

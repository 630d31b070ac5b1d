import RealignText

/// The quality of preference pairs in five figures, as the gate of data collection asks for it.
public struct DPOPairQuality: Sendable, Equatable {
  /// The mean of chosen score less rejected score; nil when no pair has scores.
  public let preferenceGap: Double?
  /// The divergence of a model trained on the pairs, in nats per token; nil when not measured.
  public let klDivergence: Double?
  /// The number of pairs.
  public let pairCount: Int
  /// The share of rows that do not occur in the evaluation data; nil without evaluation data.
  public let decontaminationScore: Double?
  /// Broken rules: `INSUFFICIENT_GAP`, `HIGH_KL_DIVERGENCE`, `CONTAMINATION_RISK` and
  /// `INSUFFICIENT_PAIRS` in this order, then the codes of other errors.
  public let issues: [String]
  /// All findings.
  public let report: DataReport

  /// Whether no rule is broken.
  public var isValid: Bool { issues.isEmpty }

  /// Validates a file of preference pairs; a missing score is an error.
  ///
  /// - Parameters:
  ///   - path: A JSON Lines file.
  ///   - gapThreshold: The least mean score gap.
  ///   - klPerToken: The measured divergence, if known; nil is no issue, not a number is one.
  ///   - against: Files of evaluation data.
  ///   - options: The other thresholds.
  /// - Throws: `InputError` when a file cannot be read.
  public static func validateDPOPairs(
    _ path: String,
    gapThreshold: Double = 0.15,
    klPerToken: Double? = nil,
    against: [String] = [],
    options: DataValidationOptions = DataValidationOptions()
  ) throws -> DPOPairQuality {
    var options = options
    options.minimumGap = gapThreshold
    options.klPerToken = klPerToken
    options.requiresScores = true
    let report = try DataValidation(options: options).run(
      files: [path],
      kind: .preference,
      against: against
    )
    return DPOPairQuality(report, klPerToken: klPerToken)
  }

  init(_ report: DataReport, klPerToken: Double?) {
    self.report = report
    preferenceGap = report.metrics["preference_gap"]?.doubleValue
    klDivergence = klPerToken
    pairCount = report.metrics["pair_count"]?.intValue ?? 0
    decontaminationScore = report.metrics["decontamination_score"]?.doubleValue
    var codes = report.issues.filter { $0.severity == .error }.map(\.code)
    // Without a gap there is no evidence that it is large enough.
    if preferenceGap == nil { codes.append(Self.mainCodes[0]) }
    var seen: Set<String> = []
    let unique = codes.filter { seen.insert($0).inserted }
    issues =
      Self.mainCodes.filter { unique.contains($0) } + unique.filter { !Self.mainCodes.contains($0) }
  }

  private static let mainCodes = [
    "INSUFFICIENT_GAP", "HIGH_KL_DIVERGENCE", "CONTAMINATION_RISK", "INSUFFICIENT_PAIRS",
  ]
}

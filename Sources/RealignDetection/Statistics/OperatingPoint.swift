/// How a false-positive limit is read when a detector's threshold is chosen.
public enum FalsePositiveRule: Sendable, Equatable {
  /// The estimate itself must lie below the limit.
  case estimate
  /// The one-sided Clopper–Pearson upper bound must lie below the limit.
  case upperBound(confidence: Double)
}

/// A detector threshold, chosen on a dev split and frozen before the test split is seen.
public struct OperatingPoint: Sendable, Equatable {
  /// Scores at or above this value are flagged.
  public var threshold: Double
  /// What the threshold did on the split that chose it.
  public var dev: ROCPoint

  /// Creates an operating point from a frozen threshold and its dev counts.
  public init(threshold: Double, dev: ROCPoint) {
    self.threshold = threshold
    self.dev = dev
  }

  /// The threshold of largest recall whose false-positive rate stays strictly below a limit.
  ///
  /// Thresholds are tried from strict to lax and the walk ends at the first that breaks the limit;
  /// because the tests are nested and ordered in advance, the bound needs no correction for
  /// having tried several (fixed-sequence testing; Angelopoulos et al., "Learn then Test",
  /// arXiv:2110.01052). Among thresholds of equal recall the one with fewest false alarms is kept.
  ///
  /// - Returns: `nil` when no finite threshold that catches anything fits the limit: with
  ///   `.upperBound(confidence: 0.95)` and a limit of 0.05 that includes every split with fewer
  ///   than 59 negatives.
  public static func choose(
    scores: [Double],
    labels: [Bool],
    falsePositiveRateBelow limit: Double,
    rule: FalsePositiveRule = .upperBound(confidence: 0.95)
  ) -> OperatingPoint? {
    precondition((0...1).contains(limit), "false-positive limit \(limit) is outside 0...1")
    var best: ROCPoint?
    for point in ROC.curve(scores: scores, labels: labels).dropFirst() {
      guard fits(point, below: limit, rule: rule) else { break }
      if point.truePositives > (best?.truePositives ?? 0) && point.threshold.isFinite {
        best = point
      }
    }
    return best.map { OperatingPoint(threshold: $0.threshold, dev: $0) }
  }

  /// Counts of the frozen threshold on another split.
  public func measured(scores: [Double], labels: [Bool]) -> ROCPoint {
    ROC.point(scores: scores, labels: labels, threshold: threshold)
  }

  private static func fits(
    _ point: ROCPoint,
    below limit: Double,
    rule: FalsePositiveRule
  ) -> Bool {
    switch rule {
    case .estimate:
      return point.falsePositiveRate < limit
    case .upperBound(let confidence):
      let tail = BinomialTail.atMost(
        point.falsePositives,
        of: point.negatives,
        probability: limit
      )
      return tail < 1 - confidence
    }
  }
}

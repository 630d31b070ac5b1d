/// The rate a detector measures, corrected for the detector's own errors.
///
/// A detector with recall r and false-positive rate f flags a share q = π r + (1 − π) f of items
/// when the true rate is π; solving for π gives (q − f) / (r − f), the estimator of Rogan &
/// Gladen, Am. J. Epidemiology 107 (1978).
public enum Prevalence {
  /// The corrected rate, clamped to 0...1; `nil` unless recall exceeds the false-positive rate.
  public static func corrected(
    flagged: Double,
    recall: Double,
    falsePositiveRate: Double
  ) -> Double? {
    guard recall > falsePositiveRate, flagged.isFinite else { return nil }
    let rate = (flagged - falsePositiveRate) / (recall - falsePositiveRate)
    return min(1, max(0, rate))
  }

  /// Standard error of the corrected rate from the three sampling errors (delta method).
  ///
  /// - Parameters:
  ///   - flagged: share of `items` flagged.
  ///   - detector: counts on the labelled split that qualified the detector.
  public static func standardError(
    flagged: Double,
    items: Int,
    detector: ROCPoint
  ) -> Double? {
    let (recall, falseRate) = (detector.recall, detector.falsePositiveRate)
    guard
      items > 0,
      let rate = corrected(flagged: flagged, recall: recall, falsePositiveRate: falseRate)
    else { return nil }
    func variance(_ p: Double, _ n: Int) -> Double { p * (1 - p) / Double(n) }
    let gap = recall - falseRate
    let total =
      variance(flagged, items)
      + rate * rate * variance(recall, detector.positives)
      + (1 - rate) * (1 - rate) * variance(falseRate, detector.negatives)
    return total.squareRoot() / gap
  }
}

/// Intervals and one-sided bounds for a rate of `successes` in `trials`.
///
/// No trials give the estimate NaN and the widest interval, 0...1.
public enum BinomialInterval {
  /// Wilson's two-sided score interval, Journal of the American Statistical Association 22 (1927).
  public static func wilson(
    successes: Int,
    trials: Int,
    confidence: Double = 0.95
  ) -> Interval {
    require(successes, trials, confidence)
    guard trials > 0 else { return Interval(estimate: .nan, low: 0, high: 1, n: 0) }
    let z = NormalDistribution.quantile(0.5 + confidence / 2)
    let n = Double(trials)
    let rate = Double(successes) / n
    let scale = 1 + z * z / n
    let centre = (rate + z * z / (2 * n)) / scale
    let half = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot() / scale
    return Interval(
      estimate: rate,
      low: successes == 0 ? 0 : max(0, centre - half),
      high: successes == trials ? 1 : min(1, centre + half),
      n: trials
    )
  }

  /// The exact interval of Clopper & Pearson (Biometrika 26, 1934), two-sided.
  public static func clopperPearson(
    successes: Int,
    trials: Int,
    confidence: Double = 0.95
  ) -> Interval {
    require(successes, trials, confidence)
    let oneSided = 0.5 + confidence / 2
    return Interval(
      estimate: trials > 0 ? Double(successes) / Double(trials) : .nan,
      low: lowerBound(successes: successes, trials: trials, confidence: oneSided),
      high: upperBound(successes: successes, trials: trials, confidence: oneSided),
      n: trials
    )
  }

  /// The exact one-sided upper bound: the true rate lies below it with `confidence`.
  ///
  /// Beta⁻¹(confidence; k + 1, n − k); 1 when every trial succeeded.
  public static func upperBound(
    successes: Int,
    trials: Int,
    confidence: Double = 0.95
  ) -> Double {
    require(successes, trials, confidence)
    return upperBound(
      successes: Double(successes),
      trials: Double(trials),
      confidence: confidence
    )
  }

  /// The exact one-sided lower bound: the true rate lies above it with `confidence`.
  ///
  /// Beta⁻¹(1 − confidence; k, n − k + 1); 0 when no trial succeeded.
  public static func lowerBound(
    successes: Int,
    trials: Int,
    confidence: Double = 0.95
  ) -> Double {
    require(successes, trials, confidence)
    return 1
      - upperBound(
        successes: Double(trials - successes),
        trials: Double(trials),
        confidence: confidence
      )
  }

  /// The upper bound for real-valued counts, as an effective sample size produces them.
  static func upperBound(successes: Double, trials: Double, confidence: Double) -> Double {
    guard trials - successes > 0 else { return 1 }
    return IncompleteBeta.inverse(confidence, a: successes + 1, b: trials - successes)
  }

  private static func require(_ successes: Int, _ trials: Int, _ confidence: Double) {
    precondition(
      successes >= 0 && successes <= trials,
      "successes \(successes) of trials \(trials)"
    )
    precondition(
      confidence > 0 && confidence < 1,
      "confidence \(confidence) is not between 0 and 1"
    )
  }
}

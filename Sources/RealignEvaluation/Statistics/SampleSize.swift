/// How many items it takes to certify that a rate lies below a limit.
///
/// Everything is phrased for a rate of errors that must stay below a limit; for a rate of
/// successes that must stay above one, pass one minus both.
public enum SampleSize {
  /// Items needed so that an observed error rate certifies a limit, if the estimate stays the same.
  ///
  /// Smallest n whose Clopper–Pearson upper bound at `rate`·n errors (not rounded, so that the
  /// answer does not jump) lies below `limit`.
  ///
  /// - Returns: `nil` when `rate` is not below `limit`, or when more than 10⁹ items are needed.
  public static func toCertify(
    rate: Double,
    below limit: Double,
    confidence: Double = 0.95
  ) -> Int? {
    precondition(rate >= 0 && limit <= 1, "rate \(rate) and limit \(limit) are not in 0...1")
    guard rate < limit else { return nil }
    func certifies(_ n: Int) -> Bool {
      BinomialInterval.upperBound(
        successes: rate * Double(n),
        trials: Double(n),
        confidence: confidence
      ) < limit
    }
    var high = 1
    while !certifies(high) {
      high *= 2
      if high > 1_000_000_000 { return nil }
    }
    var low = high / 2
    while high - low > 1 {
      let middle = (low + high) / 2
      if certifies(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// Largest number of errors in `trials` that still certifies a limit; `nil` when none does.
  public static func largestCertifiable(
    trials: Int,
    below limit: Double,
    confidence: Double = 0.95
  ) -> Int? {
    func certifies(_ errors: Int) -> Bool {
      BinomialInterval.upperBound(
        successes: errors,
        trials: trials,
        confidence: confidence
      ) < limit
    }
    guard trials > 0, certifies(0) else { return nil }
    var (low, high) = (0, trials)
    while high - low > 1 {
      let middle = (low + high) / 2
      if certifies(middle) { low = middle } else { high = middle }
    }
    return low
  }

  /// Smallest n at which a model of true error rate `rate` is certified with probability `power`.
  ///
  /// - Returns: `nil` when `rate` is not below `limit`, or beyond `maximum` items.
  public static func toCertify(
    trueRate rate: Double,
    below limit: Double,
    power: Double,
    confidence: Double = 0.95,
    maximum: Int = 100_000
  ) -> Int? {
    precondition(rate >= 0 && limit <= 1, "rate \(rate) and limit \(limit) are not in 0...1")
    guard rate < limit else { return nil }
    var errors = -1
    for n in 1...maximum {
      // The certifiable count grows with n, by at most one a step.
      let next = BinomialInterval.upperBound(
        successes: min(errors + 1, n),
        trials: n,
        confidence: confidence
      )
      if next < limit { errors += 1 }
      guard errors >= 0 else { continue }
      // P(X ≤ errors) = 1 − I_rate(errors + 1, n − errors)
      let passed =
        1 - IncompleteBeta.regularized(rate, a: Double(errors + 1), b: Double(n - errors))
      if passed >= power { return n }
    }
    return nil
  }
}

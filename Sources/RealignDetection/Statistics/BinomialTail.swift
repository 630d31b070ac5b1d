import Foundation

/// Exact tails of the binomial distribution, summed in the log domain.
///
/// The lower tail decides a one-sided limit without an interval: with `k` events in `n` items the
/// Clopper–Pearson upper bound at level 1 − α lies below `p` exactly when
/// P(X ≤ k | n, p) < α.
public enum BinomialTail {
  /// P(X ≤ `successes`) for X ~ Binomial(`trials`, `probability`).
  ///
  /// Cost O(trials). `probability` in 0...1; successes outside 0...trials give 0 or 1.
  public static func atMost(_ successes: Int, of trials: Int, probability: Double) -> Double {
    require(trials, probability)
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return sum(0...successes, trials: trials, probability: probability)
  }

  /// P(X ≥ `successes`) for X ~ Binomial(`trials`, `probability`).
  public static func atLeast(_ successes: Int, of trials: Int, probability: Double) -> Double {
    require(trials, probability)
    if successes <= 0 { return 1 }
    if successes > trials { return 0 }
    return sum(successes...trials, trials: trials, probability: probability)
  }

  private static func sum(_ range: ClosedRange<Int>, trials: Int, probability p: Double) -> Double {
    if p == 0 { return range.contains(0) ? 1 : 0 }
    if p == 1 { return range.contains(trials) ? 1 : 0 }
    let all = logGamma(Double(trials) + 1)
    let (logP, logQ) = (log(p), log1p(-p))
    var total = 0.0
    for k in range {
      let choose = all - logGamma(Double(k) + 1) - logGamma(Double(trials - k) + 1)
      total += exp(choose + Double(k) * logP + Double(trials - k) * logQ)
    }
    return min(1, total)
  }

  /// ln Γ(x) for positive x; the annotation picks the overload that is safe with threads.
  private static func logGamma(_ x: Double) -> Double {
    let (value, _): (Double, Int) = lgamma(x)
    return value
  }

  private static func require(_ trials: Int, _ probability: Double) {
    precondition(trials >= 0, "trials \(trials) is negative")
    precondition((0...1).contains(probability), "probability \(probability) is outside 0...1")
  }
}

import Foundation

/// The least divergence a model must move to change how often something happens.
///
/// Whether a sampled response hallucinates is a function of the response, so by the
/// data-processing inequality KL(policy ‖ reference) per response is at least the divergence
/// d(h₁ ‖ h₀) of the two rates, on average over prompts too (joint convexity; Cover & Thomas 2006,
/// section 2.8). It says nothing about greedy decoding. All values are nats.
public enum DataProcessingBound {
  /// d(p ‖ q) = p ln(p/q) + (1 − p) ln((1 − p)/(1 − q)) for rates in 0...1; may be infinite.
  public static func binaryDivergence(_ p: Double, _ q: Double) -> Double {
    precondition((0...1).contains(p), "rate \(p) is outside 0...1")
    precondition((0...1).contains(q), "rate \(q) is outside 0...1")
    func term(_ p: Double, _ q: Double) -> Double { p == 0 ? 0 : p * log(p / q) }
    return max(0, term(p, q) + term(1 - p, 1 - q))
  }

  /// Smallest KL per response that moves a rate from `before` to `after`.
  public static func minimumDivergence(before: Double, after: Double) -> Double {
    binaryDivergence(after, before)
  }

  /// Largest starting rate from which `after` can be reached within a budget of nats.
  public static func largestStart(after: Double, budget: Double) -> Double {
    precondition(budget >= 0, "budget \(budget) is negative")
    return bisect(low: after, high: 1) { binaryDivergence(after, $0) <= budget }
  }

  /// Smallest rate that can be reached from `before` within a budget of nats.
  public static func smallestReachable(before: Double, budget: Double) -> Double {
    precondition(budget >= 0, "budget \(budget) is negative")
    return before - bisect(low: 0, high: before) { binaryDivergence(before - $0, before) <= budget }
  }

  /// The bound over the divergence actually spent, 1 for a move without waste; NaN for no move.
  public static func efficiency(before: Double, after: Double, spent: Double) -> Double {
    minimumDivergence(before: before, after: after) / spent
  }

  /// Largest value in low...high that fits, given that everything below a fitting value fits.
  private static func bisect(low: Double, high: Double, fits: (Double) -> Bool) -> Double {
    if fits(high) { return high }
    var (low, high) = (low, high)
    for _ in 0..<200 where high - low > 1e-15 {
      let middle = 0.5 * (low + high)
      if fits(middle) { low = middle } else { high = middle }
    }
    return low
  }
}

import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
  /// P(Z ≤ `x`), accurate in both tails.
  public static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// The `x` with P(Z ≤ `x`) = `probability`; ±∞ at 1 and 0.
  ///
  /// Newton's iteration on the logarithm of the lower tail, which is concave, so that it converges
  /// from any start left of the root; upper quantiles by symmetry.
  public static func quantile(_ probability: Double) -> Double {
    precondition(
      (0...1).contains(probability),
      "probability \(probability) is outside 0...1"
    )
    if probability == 0 { return -.infinity }
    if probability > 0.5 { return -quantile(1 - probability) }
    let target = log(probability)
    var x = -(-2 * target).squareRoot()
    for _ in 0..<60 {
      let tail = cumulative(x)
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let step = (log(tail) - target) * tail / density
      x -= step
      if abs(step) <= 1e-15 * max(1, abs(x)) { break }
    }
    return x
  }
}

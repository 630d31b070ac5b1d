import Foundation

/// The regularised incomplete beta function I_x(a, b) and its inverse.
///
/// Distribution function of a Beta(a, b) variable. Relative accuracy about 1e-12 for parameters up
/// to 10⁶.
public enum IncompleteBeta {
  /// I_x(a, b) for `x` in 0...1 and positive `a`, `b`.
  ///
  /// The continued fraction of DLMF 8.17.22, evaluated by the modified Lentz method on whichever
  /// side of the mean it converges fast.
  public static func regularized(_ x: Double, a: Double, b: Double) -> Double {
    precondition((0...1).contains(x), "x \(x) is outside 0...1")
    precondition(a > 0 && b > 0, "parameters a \(a) and b \(b) must be positive")
    if x == 0 || x == 1 { return x }
    if x > (a + 1) / (a + b + 2) { return 1 - regularized(1 - x, a: b, b: a) }
    let scale = logGamma(a + b) - logGamma(a) - logGamma(b)
    let front = exp(scale + a * log(x) + b * log1p(-x)) / a
    return front * continuedFraction(x, a, b)
  }

  /// The `x` with I_x(a, b) = `probability`.
  ///
  /// Newton steps kept inside a bracket that shrinks every time, so it cannot diverge.
  public static func inverse(_ probability: Double, a: Double, b: Double) -> Double {
    precondition(
      (0...1).contains(probability),
      "probability \(probability) is outside 0...1"
    )
    if probability == 0 || probability == 1 { return probability }
    let scale = logGamma(a + b) - logGamma(a) - logGamma(b)
    var (low, high) = (0.0, 1.0)
    var x = a / (a + b)
    for _ in 0..<200 {
      let error = regularized(x, a: a, b: b) - probability
      if error > 0 { high = x } else { low = x }
      let density = exp(scale + (a - 1) * log(x) + (b - 1) * log1p(-x))
      var next = x - error / density
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      if abs(next - x) <= 1e-15 * next || high - low <= 1e-16 { return next }
      x = next
    }
    return x
  }

  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var result = d
    for m in 1...100_000 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }

  /// ln Γ(x) for positive x; the annotation picks the overload that is safe with threads.
  private static func logGamma(_ x: Double) -> Double {
    let (value, _): (Double, Int) = lgamma(x)
    return value
  }
}

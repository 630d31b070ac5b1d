/// Whole numbers that divide work in proportion to weights.
public enum WorkShares {
  /// Parts of `total` in proportion to weights, by largest remainder (Hamilton's method): every
  /// part is its exact share rounded down or up, and they add up to `total`.
  ///
  /// Equal remainders go to the first. A weight of 0 gets nothing.
  ///
  /// - Precondition: `total` is from 0 to 2⁵³; weights are finite, not negative, and one of them
  ///   is positive.
  public static func largestRemainder(_ total: Int, weights: [Double]) -> [Int] {
    let quotas = quotas(total, weights)
    return completed(floors(quotas), to: total, weights: weights) { index, count in
      quotas[index] - Double(count)
    }
  }

  /// Parts of `total` by which workers of these rates finish first: no other whole numbers have a
  /// smaller maximum of part / rate.
  ///
  /// What the shares rounded down leave over goes one by one to whoever would finish it first.
  ///
  /// - Precondition: As of `largestRemainder`.
  public static func earliest(_ total: Int, rates: [Double]) -> [Int] {
    completed(floors(quotas(total, rates)), to: total, weights: rates) { index, count in
      -Double(count + 1) / rates[index]
    }
  }

  /// Weights over their sum.
  ///
  /// - Precondition: As of `largestRemainder`.
  public static func fractions(_ weights: [Double]) -> [Double] {
    precondition(
      weights.allSatisfy { $0.isFinite && $0 >= 0 } && weights.contains { $0 > 0 },
      "weights \(weights) must be finite, not negative, and not all 0"
    )
    // Over the largest first: the sum of large ones is still finite.
    let largest = weights.reduce(0, max)
    let sum = weights.reduce(0) { $0 + $1 / largest }
    return weights.map { $0 / largest / sum }
  }

  private static func quotas(_ total: Int, _ weights: [Double]) -> [Double] {
    precondition((0...1 << 53).contains(total), "\(total) items are not from 0 to 2^53")
    return fractions(weights).map { $0 * Double(total) }
  }

  private static func floors(_ quotas: [Double]) -> [Int] { quotas.map { Int($0) } }

  /// Adds, or after rounding errors takes away, one by one until the sum is exact.
  private static func completed(
    _ parts: [Int],
    to total: Int,
    weights: [Double],
    claim: (_ index: Int, _ count: Int) -> Double
  ) -> [Int] {
    var parts = parts
    var rest = total - parts.reduce(0, +)
    while rest > 0 {
      let takers = parts.indices.filter { weights[$0] > 0 }
      guard let next = first(of: takers, by: { claim($0, parts[$0]) }) else { break }
      parts[next] += 1
      rest -= 1
    }
    while rest < 0 {
      let givers = parts.indices.filter { parts[$0] > 0 }
      guard let next = first(of: givers, by: { -claim($0, parts[$0] - 1) }) else { break }
      parts[next] -= 1
      rest += 1
    }
    return parts
  }

  /// The first index of the greatest value.
  private static func first(of indices: [Int], by value: (Int) -> Double) -> Int? {
    indices.reduce(nil as Int?) { best, next in
      guard let best else { return next }
      return value(next) > value(best) ? next : best
    }
  }
}

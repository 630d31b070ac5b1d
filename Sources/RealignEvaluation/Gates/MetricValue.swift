import RealignText

/// One measured metric: estimate, two-sided interval, and what a gate needs to bound it.
public struct MetricValue: Sendable, Equatable {
  /// The point estimate; NaN when it could not be computed.
  public var estimate: Double
  /// Lower end of the two-sided 95 % interval.
  public var low: Double
  /// Upper end of the two-sided 95 % interval.
  public var high: Double
  /// Items measured.
  public var n: Int
  /// For a plain rate, the items counted in it; bounds are then exact.
  public var successes: Int?
  /// A supplied one-sided 95 % lower bound; goes before the exact one.
  public var lowerBound: Double?
  /// A supplied one-sided 95 % upper bound; goes before the exact one.
  public var upperBound: Double?

  /// Creates a value; without `successes` or bounds, a gate falls back on `low` and `high`.
  public init(
    estimate: Double,
    low: Double,
    high: Double,
    n: Int,
    successes: Int? = nil,
    lowerBound: Double? = nil,
    upperBound: Double? = nil
  ) {
    if let successes {
      precondition((0...max(0, n)).contains(successes), "successes \(successes) of n \(n)")
    }
    self.estimate = estimate
    self.low = low
    self.high = high
    self.n = n
    self.successes = successes
    self.lowerBound = lowerBound
    self.upperBound = upperBound
  }

  /// A rate of independent items, with the exact (Clopper–Pearson) interval.
  public static func rate(successes: Int, of n: Int) -> MetricValue {
    let interval = BinomialInterval.clopperPearson(successes: successes, trials: n)
    return MetricValue(
      estimate: interval.estimate,
      low: interval.low,
      high: interval.high,
      n: n,
      successes: successes
    )
  }

  /// A rate of items that come in clusters, with bounds for the effective number of items.
  public static func rate(_ rate: ClusteredRate) -> MetricValue {
    let interval = rate.interval()
    return MetricValue(
      estimate: interval.estimate,
      low: interval.low,
      high: interval.high,
      n: rate.trials,
      successes: rate.successes,
      lowerBound: rate.lowerBound(),
      upperBound: rate.upperBound()
    )
  }

  /// A mean or ratio with bootstrap bounds (taken at the bootstrap's confidence).
  public static func bootstrap(_ estimate: BootstrapEstimate) -> MetricValue {
    let interval = estimate.interval
    return MetricValue(
      estimate: interval.estimate,
      low: interval.low,
      high: interval.high,
      n: interval.n,
      lowerBound: estimate.lowerBound,
      upperBound: estimate.upperBound
    )
  }

  /// A bare number without an interval: in bound mode it can fail a gate but never pass one.
  public static func point(_ estimate: Double, n: Int) -> MetricValue {
    MetricValue(estimate: estimate, low: .nan, high: .nan, n: n)
  }

  /// The one-sided 95 % bound below which (`upper`) or above which the true value lies.
  public func bound(upper: Bool) -> Double {
    if let supplied = upper ? upperBound : lowerBound { return supplied }
    guard let successes, n > 0 else { return upper ? high : low }
    return upper
      ? BinomialInterval.upperBound(successes: successes, trials: n)
      : BinomialInterval.lowerBound(successes: successes, trials: n)
  }

  /// The fields `estimate`, `low`, `high`, `n`; numbers that are not finite become null.
  public var json: JSONValue {
    [
      "estimate": Self.json(estimate), "low": Self.json(low), "high": Self.json(high),
      "n": .integer(n),
    ]
  }

  /// A number, or null when it is not finite.
  static func json(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
}

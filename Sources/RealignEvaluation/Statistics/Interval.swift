/// An estimate with a two-sided interval and the number of items behind it.
public struct Interval: Sendable, Equatable {
  /// The point estimate; NaN when nothing was measured.
  public var estimate: Double
  /// Lower end of the interval.
  public var low: Double
  /// Upper end of the interval.
  public var high: Double
  /// Items measured.
  public var n: Int

  /// Creates an interval.
  public init(estimate: Double, low: Double, high: Double, n: Int) {
    self.estimate = estimate
    self.low = low
    self.high = high
    self.n = n
  }
}

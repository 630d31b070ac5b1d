/// Curves over a common horizontal axis.
public struct LineChart: Sendable, Equatable {
  /// A named curve; a point that is not finite leaves a gap.
  public struct Series: Sendable, Equatable {
    /// Name in the legend.
    public var name: String
    /// Points by rising x.
    public var points: [Point]

    /// Creates a curve.
    public init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }

    /// Creates a curve over 1, 2, 3 and so on.
    public init(_ name: String, values: [Double]) {
      self.init(name, values.enumerated().map { Point(Double($0.offset + 1), $0.element) })
    }
  }

  /// A point of a curve.
  public struct Point: Sendable, Equatable {
    /// Horizontal value.
    public var x: Double
    /// Vertical value.
    public var y: Double

    /// Creates a point.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// What the chart shows.
  public var title: String
  /// Name and unit of the horizontal axis.
  public var xLabel: String
  /// Name and unit of the vertical axis.
  public var yLabel: String
  /// The curves.
  public var series: [Series]
  /// Whether the horizontal axis is logarithmic; points with x ≤ 0 are left out then.
  public var isXLogarithmic: Bool
  /// A horizontal line to compare with.
  public var threshold: ChartThreshold?

  /// Creates a chart.
  public init(
    title: String,
    xLabel: String,
    yLabel: String,
    series: [Series],
    isXLogarithmic: Bool = false,
    threshold: ChartThreshold? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.isXLogarithmic = isXLogarithmic
    self.threshold = threshold
  }
}

/// A value drawn as a line to compare with.
public struct ChartThreshold: Sendable, Equatable {
  /// Where the line lies.
  public var value: Double
  /// What it means, such as "limit 0.1".
  public var label: String

  /// Creates a threshold.
  public init(_ value: Double, label: String) {
    self.value = value
    self.label = label
  }
}

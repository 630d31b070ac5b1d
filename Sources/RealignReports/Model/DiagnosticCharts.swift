/// Recall against false-positive rate for one or more detectors.
public struct ROCChart: Sendable, Equatable {
  /// A detector's curve.
  public struct Curve: Sendable, Equatable {
    /// Name in the legend, with its area if wanted.
    public var name: String
    /// Points (false-positive rate, recall) from (0, 0) to (1, 1).
    public var points: [LineChart.Point]

    /// Creates a curve.
    public init(_ name: String, _ points: [LineChart.Point]) {
      self.name = name
      self.points = points
    }
  }

  /// What the chart shows.
  public var title: String
  /// The curves.
  public var curves: [Curve]
  /// The chosen operating point, if any.
  public var operatingPoint: LineChart.Point?
  /// A limit on the false-positive rate, if any.
  public var limit: ChartThreshold?

  /// Creates a chart.
  public init(
    title: String,
    curves: [Curve],
    operatingPoint: LineChart.Point? = nil,
    limit: ChartThreshold? = nil
  ) {
    self.title = title
    self.curves = curves
    self.operatingPoint = operatingPoint
    self.limit = limit
  }
}

/// Accuracy against stated confidence, by bin.
public struct ReliabilityDiagram: Sendable, Equatable {
  /// One bin.
  public struct Bin: Sendable, Equatable {
    /// Mean stated confidence, 0...1.
    public var confidence: Double
    /// Share that was right, 0...1.
    public var accuracy: Double
    /// Items in the bin; the area of the point.
    public var count: Int

    /// Creates a bin.
    public init(confidence: Double, accuracy: Double, count: Int) {
      self.confidence = confidence
      self.accuracy = accuracy
      self.count = count
    }
  }

  /// What the chart shows.
  public var title: String
  /// Bins by rising confidence.
  public var bins: [Bin]

  /// Creates a diagram.
  public init(title: String, bins: [Bin]) {
    self.title = title
    self.bins = bins
  }
}

/// Counts of values by interval, for one or two groups.
public struct Histogram: Sendable, Equatable {
  /// A named group of values; values that are not finite are left out.
  public struct Series: Sendable, Equatable {
    /// Name in the legend.
    public var name: String
    /// The values.
    public var values: [Double]

    /// Creates a group.
    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What the chart shows.
  public var title: String
  /// Name and unit of the values.
  public var xLabel: String
  /// The groups.
  public var series: [Series]
  /// About how many intervals to use; edges fall on round numbers.
  public var binCount: Int
  /// A vertical line to compare with.
  public var threshold: ChartThreshold?

  /// Creates a histogram.
  public init(
    title: String,
    xLabel: String,
    series: [Series],
    binCount: Int = 20,
    threshold: ChartThreshold? = nil
  ) {
    precondition(binCount > 0, "bin count \(binCount) is not positive")
    self.title = title
    self.xLabel = xLabel
    self.series = series
    self.binCount = binCount
    self.threshold = threshold
  }
}

/// Horizontal bars by category, several series side by side.
public struct BarChart: Sendable, Equatable {
  /// One bar: a value with an optional interval.
  public struct Bar: Sendable, Equatable {
    /// Length of the bar; a value that is not finite is shown as "not measured".
    public var value: Double
    /// Lower end of the interval, if any.
    public var low: Double?
    /// Upper end of the interval, if any.
    public var high: Double?

    /// Creates a bar.
    public init(_ value: Double, low: Double? = nil, high: Double? = nil) {
      self.value = value
      self.low = low
      self.high = high
    }
  }

  /// A category with one bar for each series.
  public struct Category: Sendable, Equatable {
    /// Name at the left.
    public var name: String
    /// One bar a series.
    public var bars: [Bar]

    /// Creates a category.
    public init(_ name: String, _ bars: [Bar]) {
      self.name = name
      self.bars = bars
    }
  }

  /// What the chart shows.
  public var title: String
  /// Name and unit of the values.
  public var valueLabel: String
  /// Names of the series; one name shows no legend.
  public var series: [String]
  /// Categories from top to bottom.
  public var categories: [Category]
  /// A vertical line to compare with.
  public var threshold: ChartThreshold?

  /// Creates a chart; every category must have one bar a series.
  public init(
    title: String,
    valueLabel: String,
    series: [String],
    categories: [Category],
    threshold: ChartThreshold? = nil
  ) {
    for category in categories {
      precondition(
        category.bars.count == series.count,
        "bars (\(category.bars.count)) of \(category.name) and series (\(series.count)) differ"
      )
    }
    self.title = title
    self.valueLabel = valueLabel
    self.series = series
    self.categories = categories
    self.threshold = threshold
  }
}

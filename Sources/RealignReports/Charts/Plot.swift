/// The frame shared by charts with two axes: margins, grid, ticks and labels.
struct Plot {
  var svg: SVG
  let x: Scale
  let y: Scale
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double

  /// Height of the strip below the axis that holds tick and axis labels.
  static let footer = 46.0
  /// Width of an average character of tick labels, in drawing units.
  static let characterWidth = 6.7

  /// Where the data area begins and ends for given tick labels at the left.
  struct Area {
    var left: Double
    var right: Double
    var top: Double
    var bottom: Double

    /// An area that leaves room for the widest label.
    init(width: Double, height: Double, yLabels: [String]) {
      let widest = Double(yLabels.map(\.count).max() ?? 1)
      left = 34 + widest * Plot.characterWidth
      right = width - 18
      top = 12
      bottom = height - Plot.footer
    }
  }

  /// Draws the frame.
  init(
    width: Double,
    height: Double,
    area: Area,
    x: Scale,
    y: Scale,
    xLabel: String,
    yLabel: String
  ) {
    svg = SVG(width: width, height: height)
    self.x = x
    self.y = y
    (left, right, top, bottom) = (area.left, area.right, area.top, area.bottom)
    for tick in y.ticks {
      svg.line(left, y(tick.value), right, y(tick.value), style: "grid")
      svg.text(tick.label, left - 8, y(tick.value) + 4, anchor: .end)
    }
    for tick in x.ticks {
      svg.line(x(tick.value), bottom, x(tick.value), bottom + 4, style: "axis")
      svg.text(tick.label, x(tick.value), bottom + 18, anchor: .middle)
    }
    svg.line(left, bottom, right, bottom, style: "axis")
    svg.text(xLabel, (left + right) / 2, bottom + 38, anchor: .middle, style: "label")
    svg.text(yLabel, 13, (top + bottom) / 2, anchor: .middle, style: "label", isVertical: true)
  }

  /// A horizontal line across the data area with its label above the right end.
  mutating func horizontal(_ threshold: ChartThreshold) {
    let place = y(threshold.value)
    svg.line(left, place, right, place, style: "limit")
    let above = place - 6 < top + 8 ? place + 14 : place - 6
    svg.text(threshold.label, right - 2, above, anchor: .end, style: "limit-label")
  }

  /// A vertical line across the data area with its label beside the top or the bottom.
  mutating func vertical(_ threshold: ChartThreshold, isLabelLow: Bool = false) {
    let place = x(threshold.value)
    svg.line(place, top, place, bottom, style: "limit")
    let width = Double(threshold.label.count) * Plot.characterWidth
    let fits = place + 6 + width < right
    svg.text(
      threshold.label,
      fits ? place + 6 : place - 6,
      isLabelLow ? bottom - 10 : top + 10,
      anchor: fits ? .start : .end,
      style: "limit-label"
    )
  }
}

/// A chart ready to be placed: its drawing, legend and a sentence for those who cannot see it.
struct RenderedChart {
  var title: String
  var svg: String
  /// Names by series number; empty when no legend is needed.
  var legend: [String]
  /// Whether the legend shows filled swatches (bars) instead of lines.
  var isFilled = false
}

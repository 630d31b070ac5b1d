/// A square plot of two shares from 0 to 1 with a diagonal.
private func unitSquare(xLabel: String, yLabel: String) -> Plot {
  let size = 420.0
  let area = Plot.Area(width: size, height: size, yLabels: ["0.0"])
  let x = Scale.linear([0, 1], range: (area.left, area.right))
  let y = Scale.linear([0, 1], range: (area.bottom, area.top))
  var plot = Plot(
    width: size,
    height: size,
    area: area,
    x: x,
    y: y,
    xLabel: xLabel,
    yLabel: yLabel
  )
  plot.svg.line(x(0), y(0), x(1), y(1), style: "diagonal")
  return plot
}

extension ROCChart {
  /// Draws the chart; `id` must be unique in the document.
  func rendered(id: String) -> RenderedChart {
    var plot = unitSquare(xLabel: "false-positive rate", yLabel: "recall")
    if let limit { plot.vertical(limit, isLabelLow: true) }
    for (index, curve) in curves.enumerated() {
      let points = LineChart.thinned(curve.points, limit: 700)
      let path = points.map { point in
        point.x.isFinite && point.y.isFinite ? (x: plot.x(point.x), y: plot.y(point.y)) : nil
      }
      plot.svg.path(path, style: "line s\(index % 6 + 1)")
    }
    if let point = operatingPoint, point.x.isFinite, point.y.isFinite {
      let (x, y) = (plot.x(point.x), plot.y(point.y))
      plot.svg.circle(x, y, radius: 6, style: "marker", title: operatingText(point))
      let isLow = point.y < 0.12
      plot.svg.text(
        "recall \(Numbers.value(point.y))",
        x + 11,
        y + (isLow ? -4 : 15),
        style: "value"
      )
    }
    return RenderedChart(
      title: title,
      svg: plot.svg.element(id: id, title: title, description: summary),
      legend: curves.map(\.name)
    )
  }

  /// Curves and operating point in words.
  var summary: String {
    var text =
      "Recall against false-positive rate for \(curves.map(\.name).joined(separator: ", "))."
    if let operatingPoint { text += " " + operatingText(operatingPoint) + "." }
    if let limit { text += " Line: \(limit.label)." }
    return text
  }

  private func operatingText(_ point: LineChart.Point) -> String {
    "Operating point: recall \(Numbers.value(point.y)) at a false-positive rate of "
      + Numbers.value(point.x)
  }
}

extension ReliabilityDiagram {
  /// Draws the diagram; `id` must be unique in the document.
  func rendered(id: String) -> RenderedChart {
    var plot = unitSquare(xLabel: "stated confidence", yLabel: "share that was right")
    let sound = bins.filter { $0.confidence.isFinite && $0.accuracy.isFinite && $0.count > 0 }
    let largest = Double(sound.map(\.count).max() ?? 1)
    for bin in sound {
      let (x, y) = (plot.x(bin.confidence), plot.y(bin.accuracy))
      plot.svg.line(x, plot.y(bin.confidence), x, y, style: "gap")
    }
    plot.svg.path(
      sound.map { (x: plot.x($0.confidence), y: plot.y($0.accuracy)) },
      style: "line s1"
    )
    for bin in sound {
      plot.svg.circle(
        plot.x(bin.confidence),
        plot.y(bin.accuracy),
        radius: 3 + 6 * (Double(bin.count) / largest).squareRoot(),
        style: "bubble s1",
        title: Self.text(bin)
      )
    }
    return RenderedChart(
      title: title,
      svg: plot.svg.element(id: id, title: title, description: summary),
      legend: []
    )
  }

  /// Every bin in words.
  var summary: String { bins.map { Self.text($0) + "." }.joined(separator: " ") }

  private static func text(_ bin: Bin) -> String {
    "Confidence \(Numbers.value(bin.confidence)), right \(Numbers.value(bin.accuracy)), "
      + "\(bin.count) items"
  }
}

extension Histogram {
  /// Counts of one group over common edges.
  struct Counts: Equatable {
    var edges: [Double]
    /// A row for each group, one count an interval.
    var rows: [[Int]]
  }

  /// Counts over intervals with round edges; a value on an inner edge belongs to the right.
  var counts: Counts {
    let values = series.flatMap(\.values).filter(\.isFinite)
    let scale = Scale.linear(values, range: (0, 1), tickCount: binCount)
    let edges = scale.ticks.map(\.value)
    let intervals = max(1, edges.count - 1)
    let step = (scale.domain.upperBound - scale.domain.lowerBound) / Double(intervals)
    let rows = series.map { series in
      var row = [Int](repeating: 0, count: intervals)
      for value in series.values where value.isFinite {
        // The slack puts 0.3 into the interval that starts at 3 · 0.1.
        let place = (value - scale.domain.lowerBound) / step + 1e-9
        row[min(intervals - 1, max(0, Int(place)))] += 1
      }
      return row
    }
    return Counts(edges: edges, rows: rows)
  }

  /// Draws the histogram; `id` must be unique in the document.
  func rendered(id: String) -> RenderedChart {
    let (width, height) = (720.0, 280.0)
    let counts = counts
    let heights = counts.rows.flatMap { $0 }.map(Double.init) + [0, 1]
    let labels = Scale.linear(heights, range: (1, 0)).ticks.map(\.label)
    let area = Plot.Area(width: width, height: height, yLabels: labels)
    let y = Scale.linear(heights, range: (area.bottom, area.top))
    let ends = [counts.edges.first ?? 0, counts.edges.last ?? 1]
    let x = Scale.linear(ends, range: (area.left, area.right), tickCount: 8, isLoose: false)
    var plot = Plot(
      width: width,
      height: height,
      area: area,
      x: x,
      y: y,
      xLabel: xLabel,
      yLabel: "count"
    )
    let overlay = counts.rows.count > 1 ? " overlay" : ""
    for (group, row) in counts.rows.enumerated() {
      for (index, count) in row.enumerated() where count > 0 {
        let (left, right) = (x(counts.edges[index]), x(counts.edges[index + 1]))
        plot.svg.rect(
          left + 0.5,
          y(Double(count)),
          right - left - 1,
          area.bottom - y(Double(count)),
          style: "bar s\(group % 6 + 1)\(overlay)"
        )
      }
    }
    if let threshold { plot.vertical(threshold) }
    return RenderedChart(
      title: title,
      svg: plot.svg.element(id: id, title: title, description: summary),
      legend: series.count > 1 ? series.map(\.name) : [],
      isFilled: true
    )
  }

  /// Size, range and median of each group in words.
  var summary: String {
    series.map { series in
      let sorted = series.values.filter(\.isFinite).sorted()
      guard let low = sorted.first, let high = sorted.last else { return "\(series.name): empty." }
      let median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      return "\(series.name): \(sorted.count) values from \(Numbers.value(low)) to "
        + "\(Numbers.value(high)), median \(Numbers.value(median))."
    }.joined(separator: " ")
  }
}

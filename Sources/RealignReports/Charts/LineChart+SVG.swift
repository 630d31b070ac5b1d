extension LineChart {
  /// Draws the chart; `id` must be unique in the document.
  func rendered(id: String) -> RenderedChart {
    let (width, height) = (720.0, 320.0)
    let drawn = series.map { drawable($0) }
    let points = drawn.flatMap { $0 }.filter { $0.y.isFinite }
    let values = points.map(\.y) + (threshold.map { [$0.value] } ?? [])
    let labels = Scale.linear(values, range: (1, 0)).ticks.map(\.label)
    let area = Plot.Area(width: width, height: height, yLabels: labels)
    let y = Scale.linear(values, range: (area.bottom, area.top))
    let xs = points.map(\.x)
    let x =
      isXLogarithmic
      ? Scale.logarithmic(xs, range: (area.left, area.right))
      : Scale.linear(xs, range: (area.left, area.right), tickCount: 7, isLoose: false)
    var plot = Plot(
      width: width,
      height: height,
      area: area,
      x: x,
      y: y,
      xLabel: xLabel,
      yLabel: yLabel
    )
    if let threshold { plot.horizontal(threshold) }
    for (index, points) in drawn.enumerated() {
      let path = points.map { $0.y.isFinite ? (x: x($0.x), y: y($0.y)) : nil }
      plot.svg.path(path, style: "line s\(index % 6 + 1)")
      if points.count <= 40 {
        for point in path.compactMap({ $0 }) {
          plot.svg.circle(point.x, point.y, radius: 2.6, style: "dot s\(index % 6 + 1)")
        }
      }
    }
    if points.isEmpty {
      plot.svg.text("no data", width / 2, height / 2, anchor: .middle, style: "label")
    }
    return RenderedChart(
      title: title,
      svg: plot.svg.element(id: id, title: title, description: summary),
      legend: series.count > 1 ? series.map(\.name) : []
    )
  }

  /// What the curves do, in one sentence each.
  var summary: String {
    let parts = series.map { series -> String in
      let points = series.points.filter { $0.y.isFinite && $0.x.isFinite }
      guard let first = points.first, let last = points.last else {
        return "\(series.name): no data."
      }
      let low = points.map(\.y).min() ?? first.y
      let high = points.map(\.y).max() ?? first.y
      return "\(series.name): from \(Numbers.value(first.y)) at \(Numbers.value(first.x)) to "
        + "\(Numbers.value(last.y)) at \(Numbers.value(last.x)); "
        + "range \(Numbers.value(low)) to \(Numbers.value(high))."
    }
    return parts.joined(separator: " ") + (threshold.map { " Line: \($0.label)." } ?? "")
  }

  /// Points that can be drawn, thinned so that a long run does not make a large file.
  private func drawable(_ series: Series) -> [Point] {
    let points = series.points.filter { $0.x.isFinite && (!isXLogarithmic || $0.x > 0) }
    return Self.thinned(points, limit: 700)
  }

  /// Keeps the first, last, lowest and highest point of equal runs, so no peak is lost.
  static func thinned(_ points: [Point], limit: Int) -> [Point] {
    guard points.count > limit else { return points }
    let buckets = limit / 4
    var kept: [Point] = []
    for bucket in 0..<buckets {
      let run = (bucket * points.count / buckets)..<((bucket + 1) * points.count / buckets)
      var indices = [run.lowerBound, run.upperBound - 1]
      let finite = run.filter { points[$0].y.isFinite }
      if let low = finite.min(by: { points[$0].y < points[$1].y }) { indices.append(low) }
      if let high = finite.max(by: { points[$0].y < points[$1].y }) { indices.append(high) }
      var last = -1
      for index in indices.sorted() where index != last {
        kept.append(points[index])
        last = index
      }
    }
    return kept
  }
}

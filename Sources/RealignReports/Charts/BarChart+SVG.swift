extension BarChart {
  /// Draws the chart; `id` must be unique in the document.
  func rendered(id: String) -> RenderedChart {
    let bars = categories.flatMap(\.bars)
    let known = bars.flatMap { [$0.value, $0.low ?? $0.value, $0.high ?? $0.value] }
    let values = known.filter(\.isFinite) + [0] + (threshold.map { [$0.value] } ?? [])
    let layout = Layout(self)
    let x = Scale.linear(values, range: (layout.left, layout.right))
    var svg = SVG(width: layout.width, height: layout.height)
    for tick in x.ticks {
      svg.line(x(tick.value), layout.top, x(tick.value), layout.bottom, style: "grid")
      svg.text(tick.label, x(tick.value), layout.bottom + 16, anchor: .middle)
    }
    svg.text(
      valueLabel,
      (layout.left + layout.right) / 2,
      layout.bottom + 36,
      anchor: .middle,
      style: "label"
    )
    for (row, category) in categories.enumerated() {
      let top = layout.rowTop(row)
      svg.text(
        layout.shortened(category.name),
        layout.left - 10,
        top + layout.rowHeight / 2 + 4,
        anchor: .end,
        style: "category"
      )
      for (index, bar) in category.bars.enumerated() {
        let y = top + layout.gap / 2 + Double(index) * layout.barHeight
        draw(bar, y: y, series: index, x: x, layout: layout, into: &svg)
      }
    }
    svg.line(x(0), layout.top, x(0), layout.bottom, style: "axis")
    if let threshold {
      let place = x(threshold.value)
      svg.line(place, layout.top - 4, place, layout.bottom, style: "limit")
      svg.text(threshold.label, place, layout.top - 9, anchor: .middle, style: "limit-label")
    }
    return RenderedChart(
      title: title,
      svg: svg.element(id: id, title: title, description: summary),
      legend: series.count > 1 ? series : [],
      isFilled: true
    )
  }

  /// Every value, in words.
  var summary: String {
    categories.map { category in
      let values = zip(series, category.bars).map { name, bar in
        (series.count > 1 ? name + " " : "") + Numbers.value(bar.value)
      }
      return "\(category.name): \(values.joined(separator: ", "))."
    }.joined(separator: " ")
  }

  private func draw(
    _ bar: Bar,
    y: Double,
    series: Int,
    x: Scale,
    layout: Layout,
    into svg: inout SVG
  ) {
    let middle = y + layout.barHeight / 2
    guard bar.value.isFinite else {
      svg.text("not measured", x(0) + 6, middle + 4, style: "tick")
      return
    }
    let (start, end) = (min(x(0), x(bar.value)), max(x(0), x(bar.value)))
    svg.rect(start, y + 1.5, end - start, layout.barHeight - 3, style: "bar s\(series % 6 + 1)")
    var labelStart = x(bar.value)
    if let low = bar.low, let high = bar.high, low.isFinite, high.isFinite {
      for style in ["whisker halo", "whisker"] {
        svg.line(x(low), middle, x(high), middle, style: style)
        for end in [low, high] { svg.line(x(end), middle - 3, x(end), middle + 3, style: style) }
      }
      labelStart = max(labelStart, x(high))
    }
    svg.text(Numbers.value(bar.value), max(labelStart, x(0)) + 6, middle + 4, style: "value")
  }

  /// Sizes of the parts.
  private struct Layout {
    let width = 720.0
    let barHeight = 18.0
    let gap = 12.0
    let rowHeight: Double
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let height: Double

    init(_ chart: BarChart) {
      let longest = chart.categories.map(\.name.count).max() ?? 0
      left = 20 + Double(min(28, longest)) * 7.2
      right = width - 70
      top = chart.threshold == nil ? 8 : 26
      rowHeight = Double(max(1, chart.series.count)) * barHeight + gap
      bottom = top + Double(max(1, chart.categories.count)) * rowHeight
      height = bottom + 44
    }

    func rowTop(_ row: Int) -> Double { top + Double(row) * rowHeight }

    func shortened(_ name: String) -> String {
      name.count <= 28 ? name : name.prefix(27) + "…"
    }
  }
}

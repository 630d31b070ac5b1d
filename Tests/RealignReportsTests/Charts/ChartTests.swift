import Testing

@testable import RealignReports

@Suite("Charts") struct ChartTests {
  @Test("a line chart draws one path a series, breaks at gaps and describes itself")
  func lineChart() {
    let chart = LineChart(
      title: "Loss",
      xLabel: "step",
      yLabel: "nats",
      series: [
        .init("train", values: [0.7, 0.5, .nan, 0.3]), .init("held-out", values: [0.8, 0.6, 0.5]),
      ],
      threshold: ChartThreshold(0.4, label: "target")
    )
    let drawn = chart.rendered(id: "c")
    #expect(drawn.legend == ["train", "held-out"])
    let paths = drawn.svg.split(separator: "<path").dropFirst()
    #expect(paths.count == 2)
    #expect(paths.first?.contains("h0") == true)
    #expect(drawn.svg.contains("class=\"limit\""))
    #expect(!drawn.svg.contains("NaN") && !drawn.svg.contains("nan"))
    #expect(
      chart.summary == """
        train: from 0.7 at 1 to 0.3 at 4; range 0.3 to 0.7. \
        held-out: from 0.8 at 1 to 0.5 at 3; range 0.5 to 0.8. Line: target.
        """
    )
  }

  @Test("a long curve is thinned without losing its ends or its peak")
  func thinning() {
    var points = (0..<100_000).map { LineChart.Point(Double($0), Double($0 % 10)) }
    points[54_321].y = 1000
    points[54_322].y = -1000
    let kept = LineChart.thinned(points, limit: 700)
    #expect(kept.count <= 700)
    #expect(kept.first == points.first && kept.last == points.last)
    #expect(kept.contains(points[54_321]) && kept.contains(points[54_322]))
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.x < $1.x })
    #expect(LineChart.thinned(Array(points.prefix(10)), limit: 700).count == 10)
  }

  @Test("an empty chart says so instead of drawing nothing")
  func empty() {
    let chart = LineChart(title: "Loss", xLabel: "step", yLabel: "nats", series: [])
    #expect(chart.rendered(id: "c").svg.contains("no data"))
  }

  @Test("a bar that was not measured is written out, intervals become whiskers")
  func barChart() {
    let chart = BarChart(
      title: "Rates",
      valueLabel: "rate",
      series: ["before", "after"],
      categories: [
        .init("factuality", [.init(0.4), .init(0.95, low: 0.93, high: 0.97)]),
        .init("ece", [.init(.nan), .init(0.05)]),
      ]
    )
    let drawn = chart.rendered(id: "c")
    #expect(drawn.svg.contains("not measured"))
    #expect(drawn.svg.split(separator: "class=\"whisker\"").count - 1 == 3)
    #expect(drawn.svg.split(separator: "class=\"bar ").count - 1 == 3)
    #expect(
      chart.summary == "factuality: before 0.4, after 0.95. ece: before –, after 0.05."
    )
  }

  @Test("histogram counts fall into round intervals, edges to the right")
  func histogram() {
    let chart = Histogram(
      title: "Scores",
      xLabel: "score",
      series: [.init("a", [0, 0.1, 0.2, 0.3, 0.3, 0.99, 1, .nan]), .init("b", [0.5])],
      binCount: 10
    )
    let counts = chart.counts
    #expect(counts.edges.count == 11)
    #expect(counts.rows == [[1, 1, 1, 2, 0, 0, 0, 0, 0, 2], [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]])
    #expect(
      chart.summary
        == "a: 7 values from 0 to 1, median 0.3. b: 1 values from 0.5 to 0.5, median 0.5."
    )
    let none = Histogram(title: "", xLabel: "", series: [.init("a", [])])
    #expect(none.counts.rows[0].allSatisfy { $0 == 0 })
  }

  @Test("square charts map 0 and 1 to the corners and name the operating point")
  func roc() {
    let chart = ROCChart(
      title: "ROC",
      curves: [.init("probe", [.init(0, 0), .init(0, 0.8), .init(1, 1)])],
      operatingPoint: .init(0.04, 0.8),
      limit: ChartThreshold(0.05, label: "limit 5 %")
    )
    let drawn = chart.rendered(id: "c")
    #expect(drawn.svg.contains("Operating point: recall 0.8 at a false-positive rate of 0.04"))
    #expect(drawn.legend == ["probe"])
    #expect(chart.summary.contains("Line: limit 5 %."))
  }

  @Test("reliability bins are drawn by size and described")
  func reliability() {
    let chart = ReliabilityDiagram(
      title: "Calibration",
      bins: [
        .init(confidence: 0.2, accuracy: 0.25, count: 10),
        .init(confidence: 0.9, accuracy: 0.85, count: 40),
        .init(confidence: .nan, accuracy: 0, count: 0),
      ]
    )
    let svg = chart.rendered(id: "c").svg
    #expect(svg.split(separator: "<circle").count - 1 == 2)
    #expect(svg.contains("r=\"6\"") && svg.contains("r=\"9\""))
    #expect(chart.summary.hasPrefix("Confidence 0.2, right 0.25, 10 items."))
  }
}

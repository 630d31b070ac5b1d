import RealignReports

/// A small report with every kind of block and hostile text in every place.
enum SampleReport {
  static let hostile = "<b onload=\"x\">'&\u{202E}\u{1B}[2J|*_`"

  static let blocks: [Block] = [
    .paragraph("First.\n\nSecond " + hostile),
    .keyValues([KeyValue("seed", "17"), KeyValue(hostile, hostile)]),
    .table(
      Table(
        columns: [.init("gate"), .init("value", .trailing), .init("verdict", .center)],
        rows: [
          ["factuality", "0.95", .init("PASS", .pass)],
          [.init(hostile), "0.2", .init("FAIL", .fail)],
          ["ece", "–", .init("INSUFFICIENT", .warn)],
        ],
        caption: hostile
      )
    ),
    .lineChart(
      LineChart(
        title: hostile,
        xLabel: hostile,
        yLabel: hostile,
        series: [.init(hostile, values: [3, 2, 1])],
        threshold: ChartThreshold(1.5, label: hostile)
      )
    ),
    .barChart(
      BarChart(
        title: hostile,
        valueLabel: hostile,
        series: [hostile, "b"],
        categories: [.init(hostile, [.init(1), .init(2)])],
        threshold: ChartThreshold(1.5, label: hostile)
      )
    ),
    .rocChart(
      ROCChart(
        title: hostile,
        curves: [.init(hostile, [.init(0, 0), .init(1, 1)])],
        operatingPoint: .init(0.5, 0.5),
        limit: ChartThreshold(0.05, label: hostile)
      )
    ),
    .reliabilityDiagram(
      ReliabilityDiagram(
        title: hostile,
        bins: [.init(confidence: 0.5, accuracy: 0.4, count: 7)]
      )
    ),
    .histogram(
      Histogram(
        title: hostile,
        xLabel: hostile,
        series: [.init(hostile, [1, 2, 3])],
        threshold: ChartThreshold(2, label: hostile)
      )
    ),
    .highlightedText(
      HighlightedText(
        title: hostile,
        lines: [
          .init("Before", [.init("It is "), .init("Paris", .wrong), .init(" [1]", .citation)]),
          .init(hostile, [.init(hostile, .correct), .init(hostile, .refusal), .init(hostile)]),
        ]
      )
    ),
    .code(hostile + "\n```\ncode"),
    .list(["one", hostile], ordered: true),
    .list([hostile]),
  ]

  static let report = Report(
    title: "Report " + hostile,
    subtitle: hostile,
    sections: [
      Section("First", blocks: blocks), Section(hostile, blocks: blocks), Section("Third"),
      Section("Fourth"),
    ]
  )
}

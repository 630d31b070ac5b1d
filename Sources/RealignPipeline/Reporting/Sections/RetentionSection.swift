import RealignReports
import RealignText

/// Whether abilities that alignment must not break are still there.
enum RetentionSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let figures = run.figures("evaluate"),
      let benchmarks = figures["retention"]?.arrayValue, !benchmarks.isEmpty
    else { return nil }
    let counts = itemCounts(run)
    var rows = benchmarks.map { row($0, counts: counts) }
    if let mean = MeasuredValue(figures["metrics"]?["capability_retention"]) {
      rows.append([
        "Mean", "", "", Table.Cell(Shown.percent(mean.estimate)),
        Table.Cell(Shown.interval(mean, unit: .share)), Table.Cell(Shown.count(mean.n)),
      ])
    }
    let required = ["capability_retention", "capability_worst"].compactMap { name in
      run.gates.last { $0.name == name && $0.stage == "evaluate" }.map {
        "\(MetricInfo.named(name).label.lowercased()) \($0.comparison) "
          + Shown.threshold($0.threshold, unit: .share)
      }
    }
    return Section(
      "Capability retention",
      blocks: [
        .paragraph(
          "Retention is (final − chance) / (baseline − chance) on the same items: 100 % means "
            + "nothing was lost."
            + (required.isEmpty ? "" : " Required: \(required.joined(separator: ", ")).")
        )
      ] + chart(benchmarks) + [
        .table(
          Table(
            columns: [
              Table.Column("Benchmark"), Table.Column("Baseline", .trailing),
              Table.Column("Final", .trailing), Table.Column("Retention", .trailing),
              Table.Column("95 % interval", .trailing), Table.Column("n", .trailing),
            ],
            rows: rows,
            caption: "Greedy answers compared by exact match; paired bootstrap clustered by "
              + "entity."
          )
        )
      ]
    )
  }

  private static func row(_ benchmark: JSONValue, counts: [String: Int]) -> [Table.Cell] {
    let name = benchmark["name"]?.stringValue ?? ""
    let n = benchmark["n"]?.intValue ?? counts[name]
    guard let retention = benchmark["retention"]?.doubleValue else {
      return [
        Table.Cell(name), "not above chance", "", "not measurable", "", Table.Cell(Shown.count(n)),
      ]
    }
    let value = MeasuredValue(
      estimate: retention,
      low: benchmark["low"]?.doubleValue,
      high: benchmark["high"]?.doubleValue
    )
    return [
      Table.Cell(name), Table.Cell(Shown.percent(benchmark["baseline"]?.doubleValue)),
      Table.Cell(Shown.percent(benchmark["final"]?.doubleValue)),
      Table.Cell(Shown.percent(retention)), Table.Cell(Shown.interval(value, unit: .share)),
      Table.Cell(Shown.count(n)),
    ]
  }

  private static func chart(_ benchmarks: [JSONValue]) -> [Block] {
    let categories = benchmarks.compactMap { benchmark -> BarChart.Category? in
      guard let name = benchmark["name"]?.stringValue,
        let before = benchmark["baseline"]?.doubleValue,
        let after = benchmark["final"]?.doubleValue
      else { return nil }
      return BarChart.Category(
        name,
        [before, after].map { BarChart.Bar(($0 * 1000).rounded() / 10) }
      )
    }
    guard !categories.isEmpty else { return [] }
    return [
      .barChart(
        BarChart(
          title: "Benchmark accuracy",
          valueLabel: "percent right",
          series: ["Baseline", "Final"],
          categories: categories
        )
      )
    ]
  }

  /// Items of each benchmark, as stage 1 ran them.
  static func itemCounts(_ run: RunFiles) -> [String: Int] {
    guard let figures = run.figures("sft"), let suites = figures["capability"]?.objectValue,
      let items = figures["capability_items"]?.arrayValue, items.count == suites.count
    else { return [:] }
    let counts = items.map { $0.arrayValue?.count ?? 0 }
    return Dictionary(zip(suites.keys, counts), uniquingKeysWith: { first, _ in first })
  }
}

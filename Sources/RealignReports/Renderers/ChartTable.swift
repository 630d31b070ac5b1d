/// The figures of a chart as a small table, for formats that cannot draw.
enum ChartTable {
  /// A title and the table that stands for a chart; `nil` for blocks that are not charts.
  static func table(_ block: Block) -> (title: String, table: Table)? {
    switch block {
    case .lineChart(let chart): (chart.title, lines(chart))
    case .barChart(let chart): (chart.title, bars(chart))
    case .rocChart(let chart): (chart.title, roc(chart))
    case .reliabilityDiagram(let chart): (chart.title, reliability(chart))
    case .histogram(let chart): (chart.title, histogram(chart))
    case .paragraph, .keyValues, .table, .highlightedText, .code, .list: nil
    }
  }

  private static func lines(_ chart: LineChart) -> Table {
    let rows = chart.series.map { series -> [Table.Cell] in
      let points = series.points.filter { $0.y.isFinite && $0.x.isFinite }
      let values = points.map(\.y)
      let figures = [values.first, values.min(), values.max(), values.last]
      return [Table.Cell(series.name), Table.Cell(sparkline(values))]
        + figures.map { Table.Cell(Numbers.value($0 ?? .nan)) }
    }
    return Table(
      columns: [.init("series"), .init(chart.xLabel)]
        + ["first", "least", "most", "last"].map { .init($0, .trailing) },
      rows: rows,
      caption: chart.threshold?.label ?? ""
    )
  }

  private static func bars(_ chart: BarChart) -> Table {
    let rows = chart.categories.map { category in
      [Table.Cell(category.name)]
        + category.bars.map { bar in
          guard let low = bar.low, let high = bar.high, bar.value.isFinite else {
            return Table.Cell(bar.value.isFinite ? Numbers.value(bar.value) : "not measured")
          }
          return Table.Cell(
            "\(Numbers.value(bar.value)) (\(Numbers.value(low)) to \(Numbers.value(high)))"
          )
        }
    }
    return Table(
      columns: [.init(chart.valueLabel)] + chart.series.map { .init($0, .trailing) },
      rows: rows,
      caption: chart.threshold?.label ?? ""
    )
  }

  private static func roc(_ chart: ROCChart) -> Table {
    let rates = [0.01, 0.05, 0.1, 0.2]
    let rows = chart.curves.map { curve -> [Table.Cell] in
      [Table.Cell(curve.name)]
        + rates.map { rate in
          let reached = curve.points.filter { $0.x <= rate }.map(\.y).max() ?? .nan
          return Table.Cell(Numbers.value(reached))
        }
    }
    return Table(
      columns: [.init("recall at false-positive rate")]
        + rates.map { .init(Numbers.value($0), .trailing) },
      rows: rows,
      caption: chart.limit?.label ?? ""
    )
  }

  private static func reliability(_ chart: ReliabilityDiagram) -> Table {
    Table(
      columns: [
        .init("confidence", .trailing), .init("right", .trailing), .init("items", .trailing),
      ],
      rows: chart.bins.map {
        [
          Table.Cell(Numbers.value($0.confidence)), Table.Cell(Numbers.value($0.accuracy)),
          Table.Cell(String($0.count)),
        ]
      }
    )
  }

  private static func histogram(_ chart: Histogram) -> Table {
    let counts = chart.counts
    let rows = zip(chart.series, counts.rows).map { series, row in
      [Table.Cell(series.name), Table.Cell(sparkline(row.map(Double.init)))]
    }
    let ends =
      "\(Numbers.value(counts.edges.first ?? .nan)) to "
      + Numbers.value(counts.edges.last ?? .nan)
    return Table(
      columns: [.init("group"), .init("\(chart.xLabel), \(ends)")],
      rows: rows,
      caption: chart.threshold?.label ?? ""
    )
  }

  /// Up to 24 block characters whose height follows the values.
  static func sparkline(_ values: [Double]) -> String {
    guard let low = values.min(), let high = values.max() else { return "" }
    let blocks = Array("▁▂▃▄▅▆▇█")
    let width = min(24, values.count)
    let marks = (0..<width).map { column -> Character in
      let run = values[(column * values.count / width)..<((column + 1) * values.count / width)]
      let mean = run.reduce(0, +) / Double(run.count)
      let share = high > low ? (mean - low) / (high - low) : 0
      return blocks[min(blocks.count - 1, Int(share * Double(blocks.count)))]
    }
    return String(marks)
  }
}

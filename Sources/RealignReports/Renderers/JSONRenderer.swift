import RealignText

/// A report as JSON, for programs: every block is an object with a `type`.
///
/// Numbers that are not finite become null.
public enum JSONRenderer {
  /// The object `{title, subtitle, sections: [{title, blocks}]}`.
  public static func json(_ report: Report) -> JSONValue {
    [
      "title": .string(report.title), "subtitle": .string(report.subtitle),
      "sections": .array(
        report.sections.map { section in
          [
            "title": .string(section.title),
            "blocks": .array(section.blocks.map { .object(object($0)) }),
          ]
        }
      ),
    ]
  }

  private static func object(_ block: Block) -> JSONObject {
    switch block {
    case .paragraph(let text): ["type": "paragraph", "text": .string(text)]
    case .code(let text): ["type": "code", "text": .string(text)]
    case .list(let items, let ordered):
      ["type": "list", "ordered": .bool(ordered), "items": strings(items)]
    case .keyValues(let pairs):
      [
        "type": "key_values",
        "pairs": .array(
          pairs.map { ["key": .string($0.key), "value": .string($0.value)] }
        ),
      ]
    case .table(let table): object(table)
    case .highlightedText(let text): object(text)
    case .lineChart(let chart): object(chart)
    case .barChart(let chart): object(chart)
    case .rocChart(let chart): object(chart)
    case .reliabilityDiagram(let chart): object(chart)
    case .histogram(let chart): object(chart)
    }
  }

  private static func object(_ table: Table) -> JSONObject {
    [
      "type": "table", "caption": .string(table.caption),
      "columns": strings(table.columns.map(\.title)),
      "rows": .array(
        table.rows.map { row in
          .array(
            row.map { ["text": .string($0.text), "status": .string($0.status.rawValue)] }
          )
        }
      ),
    ]
  }

  private static func object(_ text: HighlightedText) -> JSONObject {
    [
      "type": "highlighted_text", "title": .string(text.title),
      "lines": .array(
        text.lines.map { line in
          [
            "label": .string(line.label),
            "spans": .array(
              line.spans.map { ["text": .string($0.text), "mark": .string($0.mark.rawValue)] }
            ),
          ]
        }
      ),
    ]
  }

  private static func object(_ chart: LineChart) -> JSONObject {
    [
      "type": "line_chart", "title": .string(chart.title), "x": .string(chart.xLabel),
      "y": .string(chart.yLabel), "log_x": .bool(chart.isXLogarithmic),
      "threshold": threshold(chart.threshold),
      "series": .array(
        chart.series.map { ["name": .string($0.name), "points": points($0.points)] }
      ),
    ]
  }

  private static func object(_ chart: BarChart) -> JSONObject {
    [
      "type": "bar_chart", "title": .string(chart.title), "value": .string(chart.valueLabel),
      "series": strings(chart.series), "threshold": threshold(chart.threshold),
      "categories": .array(
        chart.categories.map { category in
          [
            "name": .string(category.name),
            "bars": .array(
              category.bars.map { bar in
                [
                  "value": number(bar.value), "low": number(bar.low ?? .nan),
                  "high": number(bar.high ?? .nan),
                ]
              }
            ),
          ]
        }
      ),
    ]
  }

  private static func object(_ chart: ROCChart) -> JSONObject {
    [
      "type": "roc_chart", "title": .string(chart.title), "limit": threshold(chart.limit),
      "operating_point": chart.operatingPoint.map { point($0) } ?? .null,
      "curves": .array(
        chart.curves.map { ["name": .string($0.name), "points": points($0.points)] }
      ),
    ]
  }

  private static func object(_ chart: ReliabilityDiagram) -> JSONObject {
    [
      "type": "reliability_diagram", "title": .string(chart.title),
      "bins": .array(
        chart.bins.map { bin in
          [
            "confidence": number(bin.confidence), "accuracy": number(bin.accuracy),
            "count": .integer(bin.count),
          ]
        }
      ),
    ]
  }

  private static func object(_ chart: Histogram) -> JSONObject {
    let counts = chart.counts
    return [
      "type": "histogram", "title": .string(chart.title), "x": .string(chart.xLabel),
      "threshold": threshold(chart.threshold),
      "edges": .array(counts.edges.map { number($0) }),
      "series": .array(
        zip(chart.series, counts.rows).map { series, row in
          ["name": .string(series.name), "counts": .array(row.map { .integer($0) })]
        }
      ),
    ]
  }

  private static func number(_ value: Double) -> JSONValue {
    value.isFinite ? .number(value) : .null
  }

  private static func strings(_ values: [String]) -> JSONValue {
    .array(values.map { .string($0) })
  }

  private static func points(_ points: [LineChart.Point]) -> JSONValue {
    .array(points.map { point($0) })
  }

  private static func point(_ point: LineChart.Point) -> JSONValue {
    [number(point.x), number(point.y)]
  }

  private static func threshold(_ threshold: ChartThreshold?) -> JSONValue {
    guard let threshold else { return .null }
    return ["value": number(threshold.value), "label": .string(threshold.label)]
  }
}

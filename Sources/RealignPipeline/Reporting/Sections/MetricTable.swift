import RealignReports
import RealignText

/// Tables of metrics, several measurements side by side.
struct MetricTable {
  /// One measurement: its heading and its metrics by name.
  struct Column {
    var title: String
    var metrics: JSONValue

    init?(_ title: String, _ metrics: JSONValue?) {
      guard let metrics, metrics.objectValue?.isEmpty == false else { return nil }
      self.title = title
      self.metrics = metrics
    }

    /// The measured value of a metric.
    func value(_ name: String) -> MeasuredValue? { MeasuredValue(metrics[name]) }
  }

  /// Metrics of responses, one row each; a cell holds estimate, interval and n.
  ///
  /// - Parameters:
  ///   - columns: Measurements from left to right.
  ///   - gates: Gates whose thresholds stand at their metrics.
  /// - Returns: nil when no metric is measured in any column.
  static func table(_ columns: [Column], gates: [GateRecord] = [], caption: String) -> Table? {
    let rows = MetricInfo.responses.compactMap { info -> [Table.Cell]? in
      let values = columns.map { $0.value(info.name) }
      guard values.contains(where: { $0 != nil }) else { return nil }
      let gate = gates.first { $0.name == info.name }
      let rule = gate.map { "\($0.comparison) \(Shown.threshold($0.threshold, unit: info.unit))" }
      return [Table.Cell(info.label)] + (gates.isEmpty ? [] : [Table.Cell(rule ?? "")])
        + values.map { Table.Cell(cell($0, unit: info.unit)) }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      columns: [Table.Column("Metric")] + (gates.isEmpty ? [] : [Table.Column("Required")])
        + columns.map { Table.Column($0.title) },
      rows: rows,
      caption: caption
    )
  }

  /// Estimate, interval and number of items in one cell.
  static func cell(_ value: MeasuredValue?, unit: MetricInfo.Unit) -> String {
    guard let value else { return "not measured" }
    return Shown.estimate(value, unit: unit)
      // The spaces do not break.
      + (value.n.map { ", n\u{A0}=\u{A0}\(Shown.count($0))" } ?? "")
  }

  /// Bars of the main rates with their intervals.
  static func bars(_ title: String, _ columns: [Column], names: [String]) -> BarChart? {
    let categories = names.compactMap { name -> BarChart.Category? in
      let values = columns.map { $0.value(name) }
      guard values.contains(where: { $0 != nil }) else { return nil }
      let info = MetricInfo.named(name)
      let hint =
        switch info.isLowBetter {
        case true?: " ↓"
        case false?: " ↑"
        case nil: ""
        }
      return BarChart.Category(
        info.label + hint,
        values.map { value in
          BarChart.Bar(
            value.map { ($0.estimate * 1000).rounded() / 10 } ?? .nan,
            low: value?.low.map { $0 * 100 },
            high: value?.high.map { $0 * 100 }
          )
        }
      )
    }
    guard !categories.isEmpty else { return nil }
    return BarChart(
      title: title,
      valueLabel: "percent",
      series: columns.map(\.title),
      categories: categories
    )
  }
}

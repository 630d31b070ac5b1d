import RealignReports
import RealignText

/// Losses and margins over the updates of every training.
enum TrainingCurvesSection: RunReportSection {
  /// Most points of a drawn curve; longer ones are thinned evenly.
  private static let mostPoints = 240

  static func section(_ run: RunFiles) -> Section? {
    let logs = run.logs.filter { !$0.rows.isEmpty }
    guard !logs.isEmpty else { return nil }
    return Section(
      "Training curves",
      blocks: [.table(table(logs))] + logs.flatMap(charts))
  }

  private static func table(_ logs: [RunFiles.TrainingLog]) -> Table {
    Table(
      columns: [Table.Column("Training")]
        + [
          "Updates", "Loss, first", "Loss, last", "Held-out loss, last", "Tokens", "Tokens/s",
          "Peak memory, MiB",
        ].map { Table.Column($0, .trailing) },
      rows: logs.map { log in
        let losses = values("loss", log)
        let memory = values("peak_rss_bytes", log).map(\.y).max()
        let step = log.rows.compactMap { $0["step"]?.intValue }.max()
        let tokens = log.rows.compactMap { $0["num_tokens"]?.intValue }.max()
        let speeds = values("tokens_per_second", log).map(\.y).sorted()
        return [
          Table.Cell("\(log.stageFolder), \(log.folder)"), Table.Cell(Shown.count(step)),
          Table.Cell(Shown.number(losses.first?.y, 4)), Table.Cell(Shown.number(losses.last?.y, 4)),
          Table.Cell(Shown.number(values("eval_loss", log).last?.y, 4)),
          Table.Cell(Shown.count(tokens)),
          Table.Cell(
            speeds.isEmpty ? Shown.none : Shown.count(Int(speeds[speeds.count / 2].rounded()))),
          Table.Cell(memory.map { Shown.count(Int($0 / 1_048_576)) } ?? Shown.none),
        ]
      },
      caption: "Tokens/s is the median over log lines. Losses of different stages are different "
        + "functions and do not compare.")
  }

  private static let drawn: [(title: String, unit: String, curves: [(key: String, name: String)])] =
    [
      ("loss", "nats", [("loss", "training"), ("eval_loss", "held out")]),
      (
        "token accuracy", "share",
        [("mean_token_accuracy", "training"), ("eval_mean_token_accuracy", "held out")]
      ),
      (
        "reward margin", "nats × β",
        [("rewards/margins", "training"), ("eval_rewards/margins", "held out")]
      ),
      (
        "pairs ranked rightly", "share",
        [("rewards/accuracies", "training"), ("eval_rewards/accuracies", "held out")]
      ),
    ]

  private static func charts(_ log: RunFiles.TrainingLog) -> [Block] {
    // Preference trainings are judged by their margins, the others by token accuracy.
    let isPreference = log.rows.contains { $0["rewards/margins"] != nil }
    return drawn.compactMap { chart in
      if isPreference, chart.title == "token accuracy" { return nil }
      let series = chart.curves.compactMap { curve -> LineChart.Series? in
        let points = values(curve.key, log)
        return points.isEmpty ? nil : LineChart.Series(curve.name, thinned(points))
      }
      guard series.contains(where: { $0.points.count > 1 }) else { return nil }
      return .lineChart(
        LineChart(
          title: "\(log.stageFolder), \(log.folder): \(chart.title)"
            + (series.count == 1 ? " (\(series[0].name))" : ""),
          xLabel: "update", yLabel: chart.unit, series: series))
    }
  }

  /// Logged values of a key by step.
  private static func values(_ key: String, _ log: RunFiles.TrainingLog) -> [LineChart.Point] {
    log.rows.compactMap { row in
      guard let step = row["step"]?.doubleValue, let value = row[key]?.doubleValue,
        value.isFinite
      else { return nil }
      return LineChart.Point(step, value)
    }
  }

  /// At most `mostPoints` points, the first and the last among them.
  static func thinned(_ points: [LineChart.Point]) -> [LineChart.Point] {
    guard points.count > mostPoints else { return points }
    return (0..<mostPoints).map { points[$0 * (points.count - 1) / (mostPoints - 1)] }
  }
}

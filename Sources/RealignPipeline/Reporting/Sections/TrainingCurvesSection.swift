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
      blocks: [.table(table(logs))] + charts(logs)
    )
  }

  private static func table(_ logs: [RunFiles.TrainingLog]) -> Table {
    Table(
      columns: [Table.Column("Training")]
        + [
          "Updates", "First loss", "Last loss", "Held out", "Tokens", "Tokens/s", "MiB",
        ].map { Table.Column($0, .trailing) },
      rows: logs.map { log in
        let losses = values("loss", log)
        let memory = values("peak_rss_bytes", log).map(\.y).max()
        let step = log.rows.compactMap { $0["step"]?.intValue }.max()
        let tokens = log.rows.compactMap { $0["num_tokens"]?.intValue }.max()
        let speeds = values("tokens_per_second", log).map(\.y).sorted()
        return [
          Table.Cell(label(log)), Table.Cell(Shown.count(step)),
          Table.Cell(Shown.number(losses.first?.y, 4)), Table.Cell(Shown.number(losses.last?.y, 4)),
          Table.Cell(Shown.number(values("eval_loss", log).last?.y, 4)),
          Table.Cell(Shown.count(tokens)),
          Table.Cell(
            speeds.isEmpty ? Shown.none : Shown.count(Int(speeds[speeds.count / 2].rounded()))
          ),
          Table.Cell(memory.map { Shown.count(Int($0 / 1_048_576)) } ?? Shown.none),
        ]
      },
      caption: "Held out: last loss on held-out rows. Tokens/s: median over log lines. MiB: peak "
        + "memory of the process so far. Losses of different stages are different "
        + "functions and do not compare."
    )
  }

  /// Stage and folder, as far as the folder says more than that it is one.
  private static func label(_ log: RunFiles.TrainingLog) -> String {
    log.stage + (log.folder == "training" ? "" : " \(log.folder)")
  }

  private static func isPreference(_ log: RunFiles.TrainingLog) -> Bool {
    log.rows.contains { $0["rewards/margins"] != nil }
  }

  /// Two charts for each supervised training, two for all preference trainings of a stage.
  private static func charts(_ logs: [RunFiles.TrainingLog]) -> [Block] {
    var blocks: [Block] = []
    var stages: [String] = []
    for log in logs {
      if !isPreference(log) {
        blocks += [
          chart("\(label(log)): loss", "nats", curves(log, "loss")),
          chart("\(label(log)): token accuracy", "share", curves(log, "mean_token_accuracy")),
        ].compactMap { $0 }
      } else if !stages.contains(log.stage) {
        stages.append(log.stage)
        let alike = logs.filter { $0.stage == log.stage && isPreference($0) }
        func each(_ key: String) -> [LineChart.Series] {
          alike.map { LineChart.Series($0.folder, thinned(values(key, $0))) }
        }
        blocks += [
          chart("\(log.stage): preference loss", "nats", each("loss")),
          // The margins of stage 5 stand beside its KL.
          log.stage == "optimize"
            ? nil
            : chart(
              "\(log.stage): held-out reward margin",
              "nats × β",
              each("eval_rewards/margins")
            ),
        ].compactMap { $0 }
      }
    }
    return blocks
  }

  /// Training and held-out values of one metric.
  private static func curves(_ log: RunFiles.TrainingLog, _ key: String) -> [LineChart.Series] {
    [
      LineChart.Series("training", thinned(values(key, log))),
      LineChart.Series("held out", thinned(values("eval_" + key, log))),
    ]
  }

  private static func chart(
    _ title: String,
    _ unit: String,
    _ series: [LineChart.Series]
  ) -> Block? {
    let drawn = series.filter { !$0.points.isEmpty }
    guard drawn.contains(where: { $0.points.count > 1 }) else { return nil }
    return .lineChart(
      LineChart(
        title: title + (drawn.count == 1 ? ", \(drawn[0].name)" : ""),
        xLabel: "update",
        yLabel: unit,
        series: drawn
      )
    )
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

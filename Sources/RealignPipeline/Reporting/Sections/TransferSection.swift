import RealignReports
import RealignText

/// Questions about entities of another world, which no training row mentions.
enum TransferSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let transfer = run.figures("evaluate")?["transfer"] else { return nil }
    let columns = [
      MetricTable.Column("Before (after stage 1)", transfer["baseline"]),
      MetricTable.Column("After", transfer["final"]),
    ].compactMap { $0 }
    guard
      let table = MetricTable.table(
        columns,
        caption: "Estimate, 95 % interval and number of items; judged by gold answers. "
          + "Reported beside the gates, never part of them."
      )
    else { return nil }
    let intro =
      run.settings.isAtlas
      ? "Real facts (countries, chemical elements and the like). Their subjects occur in no "
        + "training row, the base model's included."
      : "Questions about entities of another world than the training questions."
    return Section("Transfer", blocks: [.paragraph(intro), .table(table)])
  }
}

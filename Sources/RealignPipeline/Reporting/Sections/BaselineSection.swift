import RealignReports
import RealignText

/// The model after stage 1, from which everything else is counted.
enum BaselineSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let figures = run.figures("sft") else { return nil }
    let columns = [
      MetricTable.Column("With passages", figures["open_book"]),
      MetricTable.Column("Without passages", figures["closed_book"]),
    ].compactMap { $0 }
    var pairs: [KeyValue] = []
    func add(_ label: String, _ key: String, _ places: Int) {
      guard let value = figures[key]?.doubleValue else { return }
      pairs.append(KeyValue(label, Shown.number(value, places)))
    }
    add("Perplexity on held-out instruction rows", "perplexity", 2)
    add("Bits per byte", "bits_per_byte", 3)
    add("Held-out loss before stage 1", "held_out_loss_before", 4)
    add("Held-out loss after stage 1", "held_out_loss_after", 4)
    add("AUROC of its own inclination to decline", "refusal_margin_auroc", 3)
    var blocks: [Block] = pairs.isEmpty ? [] : [.keyValues(pairs)]
    if let table = MetricTable.table(
      columns,
      caption: "Development questions; estimate, 95 % interval and number of items; judged by gold "
        + "answers. Without passages every question counts as unanswerable."
    ) {
      blocks.append(.table(table))
    }
    return blocks.isEmpty ? nil : Section("Starting model (stage 1)", blocks: blocks)
  }
}

import RealignReports
import RealignText

/// Changes of the passages whose effect on a grounded model is known beforehand, and what rules
/// without training reach.
enum ControlsSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let figures = run.figures("evaluate") else { return nil }
    let blocks = controls(figures) + policies(run, figures)
    guard !blocks.isEmpty else { return nil }
    return Section("Controls", blocks: blocks)
  }

  private static let known: [(name: String, label: String, meaning: String)] = [
    (
      "shuffled_passage_refused", "Gold passage taken away → declined",
      "The passage with the answer is replaced by another; a grounded model declines."
    ),
    (
      "counterfactual_followed", "Value in the passage changed → followed",
      "The passage states another value; a grounded model answers with it."
    ),
    (
      "permuted_markers_followed", "Passages renumbered → citations follow",
      "Citations that still name a passage with the answer, over all citations."
    ),
  ]

  private static func controls(_ figures: JSONObject) -> [Block] {
    guard let stored = figures["controls"]?.objectValue else { return [] }
    let rows = stored.pairs.compactMap { pair -> [Table.Cell]? in
      guard let value = MeasuredValue(pair.value) else { return nil }
      let text = known.first { $0.name == pair.key }
      return [
        Table.Cell(text?.label ?? Shown.words(pair.key).firstUppercased),
        Table.Cell(Shown.percent(value.estimate)),
        Table.Cell(Shown.interval(value, unit: .share)), Table.Cell(Shown.count(value.n)),
        Table.Cell(text?.meaning ?? ""),
      ]
    }
    guard !rows.isEmpty else { return [] }
    return [
      .paragraph(
        "Does the model read its passages? Each control changes them and checks that the answer "
          + "changes as it must. High is good."
      ),
      .table(
        Table(
          columns: [
            Table.Column("Control"), Table.Column("Share", .trailing),
            Table.Column("95 % interval", .trailing), Table.Column("n", .trailing),
            Table.Column("What is done"),
          ],
          rows: rows,
          caption: "Final model, answerable test prompts, judged by gold answers."
        )
      ),
    ]
  }

  private static let shown = ["hallucination_rate", "over_refusal", "abstention_recall"]

  private static func policies(_ run: RunFiles, _ figures: JSONObject) -> [Block] {
    let rules = figures["untrained_rules"]
    let columns = [
      MetricTable.Column("Final model", figures["metrics"]),
      MetricTable.Column("Baseline model", figures["baseline"]),
      MetricTable.Column(
        "Baseline, confidence rule",
        rules?["decline_when_improbable"]
      ),
      MetricTable.Column(
        "Baseline, retrieval rule",
        rules?["decline_when_retrieval_is_weak"]
      ),
      MetricTable.Column("Always declines", figures["always_refuse"]),
    ].compactMap { $0 }
    guard columns.count > 2 else { return [] }
    let gates = run.gates.filter { gate in
      gate.stage == "evaluate" && gate.isGating
        && MetricInfo.responses.contains { $0.name == gate.name }
    }
    return [
      .paragraph(
        "Would a simple rule do as well? Two rules let the baseline decline: one where its own "
          + "answer is improbable, one where the best retrieved passage scores low. Their "
          + "thresholds are chosen on development answers."
      ),
      .table(
        Table(
          columns: [Table.Column("Policy")]
            + shown.map { Table.Column(MetricInfo.named($0).label) }
            + [Table.Column("Gates missed")],
          rows: columns.map { row($0, gates: gates) },
          caption: "Estimate, 95 % interval and number of test prompts; judged by gold answers. "
            + "Missed: gates on responses whose threshold the estimate does not meet; a "
            + "metric that cannot be measured counts as missed."
        )
      ),
    ]
  }

  private static func row(_ policy: MetricTable.Column, gates: [GateRecord]) -> [Table.Cell] {
    let values = shown.map { name -> Table.Cell in
      Table.Cell(MetricTable.cell(policy.value(name), unit: .share))
    }
    let missed = gates.filter { gate in
      policy.value(gate.name).flatMap { gate.isMet(by: $0.estimate) } != true
    }
    let names = missed.map { MetricInfo.named($0.name).label.lowercased() }
    return [Table.Cell(policy.title)] + values
      + [
        Table.Cell(names.isEmpty ? "none" : names.joined(separator: ", "))
      ]
  }
}

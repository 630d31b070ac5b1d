import RealignReports
import RealignText

/// The targeted rounds of stage 6: what was still wrong, what was tried, what was decided.
enum IterationsSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let rounds = run.figures("iterate")?["rounds"]?.arrayValue, !rounds.isEmpty else {
      return nil
    }
    return Section(
      "Targeted rounds (stage 6)",
      blocks: [
        .paragraph(
          "Each round samples answers to fresh training prompts, makes pairs where they are wrong, "
            + "retrains, and compares on the same development prompts. A worse model is thrown "
            + "away."),
        .table(decisions(rounds)), .table(clusters(rounds)),
      ])
  }

  private static let meanings = [
    "improving": "improving: kept, goes on", "stable": "stable: no further round",
    "degrading": "degrading: rolled back", "converged": "converged: too little left to correct",
  ]

  private static func decisions(_ rounds: [JSONValue]) -> Table {
    Table(
      columns: [
        Table.Column("Round", .trailing), Table.Column("Decision"),
        Table.Column("Change, points", .trailing), Table.Column("95 % interval", .trailing),
        Table.Column("Fixed", .trailing), Table.Column("Broken", .trailing),
        Table.Column("p", .trailing), Table.Column("n", .trailing),
        Table.Column("Capability lost"),
      ],
      rows: rounds.map { round in
        let decision = round["decision"]?.stringValue ?? ""
        let n = MeasuredValue(round["after"]?["hallucination_rate"])?.n
        let hasChange = round["change"] != nil
        return [
          Table.Cell(Shown.count(round["round"]?.intValue)),
          Table.Cell(meanings[decision] ?? decision, decision == "degrading" ? .warn : .neutral),
        ] + PairedChange.cells(round["change"] ?? .null, n: n)
          + [
            Table.Cell(
              round["lost_capability"]?.stringValue ?? (hasChange ? "none" : Shown.none))
          ]
      },
      caption: "Change of the hallucination rate on development prompts, judged by gold answers; "
        + "bootstrap clustered by entity, McNemar's exact test.")
  }

  private static let classes: [(name: String, label: String)] = [
    ("wrong", "Wrong value or subject"), ("miscited", "Wrong or no citation"),
    ("refused", "Declined, answerable"), ("invented", "Invented, unanswerable"),
  ]

  private static func clusters(_ rounds: [JSONValue]) -> Table {
    let found = rounds.flatMap { $0["clusters"]?.objectValue?.keys ?? [] }
    var names = classes.map(\.name).filter(found.contains)
    for name in found where !names.contains(name) { names.append(name) }
    return Table(
      columns: [Table.Column("Round", .trailing)]
        + names.map { name in
          Table.Column(
            classes.first { $0.name == name }?.label ?? Shown.words(name), .trailing)
        }
        + ["β ×", "Learning rate ×", "Steps ×"].map { Table.Column($0, .trailing) },
      rows: rounds.map { round in
        [Table.Cell(Shown.count(round["round"]?.intValue))]
          + names.map { Table.Cell(Shown.count(round["clusters"]?[$0]?.intValue)) }
          + ["beta", "learning_rate", "steps"].map {
            Table.Cell(Shown.number(round["adjustment"]?[$0]?.doubleValue, 2))
          }
      },
      caption: "Pairs by error cluster, judged by the verifier, and the factors on the configured "
        + "settings.")
  }
}

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
            + "away."
        ),
        .table(decisions(rounds)), .table(clusters(rounds)),
      ]
    )
  }

  private static let meanings = [
    "improving": "improving, kept", "stable": "stable, last round",
    "degrading": "degrading, rolled back", "converged": "converged, nothing trained",
  ]

  private static func decisions(_ rounds: [JSONValue]) -> Table {
    Table(
      columns: [
        Table.Column("Round"), Table.Column("Decision"), Table.Column("Points", .trailing),
        Table.Column("95 % interval", .trailing), Table.Column("Fixed", .trailing),
        Table.Column("Broken", .trailing), Table.Column("p", .trailing),
        Table.Column("n", .trailing),
      ],
      rows: rounds.map { round in
        let decision = round["decision"]?.stringValue ?? ""
        let lost = round["lost_capability"]?.stringValue.map { " (lost \($0))" } ?? ""
        let n = MeasuredValue(round["after"]?["hallucination_rate"])?.n
        return [
          Table.Cell(Shown.count(round["round"]?.intValue)),
          Table.Cell(
            (meanings[decision] ?? decision) + lost

          ),
        ] + PairedChange.cells(round["change"] ?? .null, n: n)
      },
      caption: "Points: change of the hallucination rate on development prompts, judged by gold "
        + "answers; bootstrap clustered by entity, McNemar's exact test."
    )
  }

  private static let classes: [(name: String, label: String)] = [
    ("wrong", "Wrong"), ("miscited", "Miscited"),
    ("refused", "Declined"), ("invented", "Invented"),
  ]

  private static func clusters(_ rounds: [JSONValue]) -> Table {
    let found = rounds.flatMap { $0["clusters"]?.objectValue?.keys ?? [] }
    var names = classes.map(\.name).filter(found.contains)
    for name in found where !names.contains(name) { names.append(name) }
    return Table(
      columns: [Table.Column("Round")]
        + names.map { name in
          Table.Column(
            classes.first { $0.name == name }?.label ?? Shown.words(name),
            .trailing
          )
        }
        + ["β ×", "Rate ×", "Steps ×"].map { Table.Column($0, .trailing) },
      rows: rounds.map { round in
        [Table.Cell(Shown.count(round["round"]?.intValue))]
          + names.map { Table.Cell(Shown.count(round["clusters"]?[$0]?.intValue)) }
          + ["beta", "learning_rate", "steps"].map {
            Table.Cell(Shown.number(round["adjustment"]?[$0]?.doubleValue, 2))
          }
      },
      caption: "Pairs by error cluster, judged by the verifier. Wrong: value or subject; miscited: "
        + "wrong or no citation; declined: though answerable; invented: though unanswerable. Then "
        + "the factors on β, learning rate and steps."
    )
  }
}

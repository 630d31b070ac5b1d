import RealignReports
import RealignText

/// Baseline and final model on the same test prompts, paired.
enum BeforeAfterSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let figures = run.figures("evaluate") else { return nil }
    let columns = [
      MetricTable.Column("Before (after stage 1)", figures["baseline"]),
      MetricTable.Column("After", figures["metrics"]),
    ].compactMap { $0 }
    let sampled = MetricTable.Column("After, sampled at T = 1", figures["temperature_1"])
    guard columns.count == 2 else { return nil }
    var blocks: [Block] = []
    if let chart = MetricTable.bars(
      "Main rates on the test set, with 95 % intervals",
      columns,
      names: charted
    ) {
      blocks.append(.barChart(chart))
    }
    let gates = run.gates.filter { $0.stage == "evaluate" }
    if let table = MetricTable.table(
      columns + [sampled].compactMap { $0 },
      gates: gates,
      caption: "Estimate, 95 % interval and number of items; judged by gold answers. Gates are "
        + "decided at the configured decoding; T = 1 stands beside it."
    ) {
      blocks.append(.table(table))
    }
    blocks += PairedChange.blocks(run)
    blocks += OutcomeMatrix.blocks(run)
    return Section("Before and after", blocks: blocks)
  }

  private static let charted = [
    "hallucination_rate", "factuality", "answer_accuracy", "citation_accuracy",
    "abstention_recall", "over_refusal",
  ]
}

/// Paired changes of the hallucination rate, stage by stage.
enum PairedChange {
  private static let places: [(stage: String, label: String, metrics: String)] = [
    ("optimize", "Stage 5, development set", "after"),
    ("iterate", "Stage 6, development set", "after"),
    ("evaluate", "Whole run, test set", "metrics"),
  ]

  static func blocks(_ run: RunFiles) -> [Block] {
    let rows = places.compactMap { place -> [Table.Cell]? in
      guard let figures = run.figures(place.stage), let change = figures["change"],
        change["difference"]?.doubleValue != nil
      else { return nil }
      let n = MeasuredValue(figures[place.metrics]?["hallucination_rate"])?.n
      return [Table.Cell(place.label)] + cells(change, n: n)
    }
    guard !rows.isEmpty else { return [] }
    var blocks: [Block] = [
      .table(
        Table(
          columns: [
            Table.Column("Hallucination rate, paired"), Table.Column("Change, points", .trailing),
            Table.Column("95 % interval", .trailing), Table.Column("Fixed", .trailing),
            Table.Column("Broken", .trailing), Table.Column("p", .trailing),
            Table.Column("n", .trailing),
          ],
          rows: rows,
          caption: "Same prompts before and after, judged by gold answers. Fixed: hallucinated "
            + "before, not after; broken: the reverse. The interval is a bootstrap clustered by "
            + "entity, p is McNemar's exact test."
        )
      )
    ]
    if let broken = items(run, "broken_items") {
      blocks.append(.paragraph("Broken test items: \(broken)."))
    }
    return blocks
  }

  /// Change, interval, fixed, broken, p and n.
  static func cells(_ change: JSONValue, n: Int?) -> [Table.Cell] {
    let low = change["low"]?.doubleValue
    let high = change["high"]?.doubleValue
    return [
      Table.Cell(Shown.points(change["difference"]?.doubleValue)),
      Table.Cell(
        low == nil || high == nil
          ? Shown.none : "\(Shown.points(low)) to \(Shown.points(high))"
      ),
      Table.Cell(Shown.count(change["fixed"]?.intValue)),
      Table.Cell(Shown.count(change["broken"]?.intValue)),
      Table.Cell(Shown.probability(change["p_value"]?.doubleValue)), Table.Cell(Shown.count(n)),
    ]
  }

  private static func items(_ run: RunFiles, _ key: String) -> String? {
    let items =
      run.figures("evaluate")?["change"]?[key]?.arrayValue?.compactMap(\.stringValue) ?? []
    guard !items.isEmpty else { return nil }
    let shown = items.prefix(24).joined(separator: ", ")
    return items.count > 24 ? shown + " and \(items.count - 24) more in evaluation.json" : shown
  }
}

/// What became of every answer: outcome before against outcome after.
enum OutcomeMatrix {
  static func blocks(_ run: RunFiles) -> [Block] {
    guard let before = try? run.rows("baseline-responses.jsonl", of: "evaluate"),
      let after = try? run.rows("responses.jsonl", of: "evaluate"),
      !before.isEmpty, before.count == after.count
    else { return [] }
    return [true, false].compactMap { isAnswerable in
      table(before, after, isAnswerable: isAnswerable).map { .table($0) }
    }
  }

  private static func table(
    _ before: [JSONObject],
    _ after: [JSONObject],
    isAnswerable: Bool
  ) -> Table? {
    let pairs = zip(before, after).filter { $0.1["answerable"]?.boolValue == isAnswerable }
    guard !pairs.isEmpty,
      pairs.allSatisfy({ $0.0["id"]?.stringValue == $0.1["id"]?.stringValue })
    else { return nil }
    func count(_ old: Outcome, _ new: Outcome) -> Int {
      pairs.count {
        $0.0["outcome"]?.stringValue == old.rawValue && $0.1["outcome"]?.stringValue == new.rawValue
      }
    }
    let used = Outcome.allCases.filter { outcome in
      pairs.contains {
        $0.0["outcome"]?.stringValue == outcome.rawValue
          || $0.1["outcome"]?.stringValue == outcome.rawValue
      }
    }
    let kind = isAnswerable ? "Answerable" : "Unanswerable"
    return Table(
      columns: [Table.Column("\(kind): before ↓, after →")]
        + used.map { Table.Column($0.label(isAnswerable), .trailing) }
        + [Table.Column("all", .trailing)],
      rows: used.map { old in
        let counts = used.map { count(old, $0) }
        return [Table.Cell(old.label(isAnswerable))]
          + (counts + [counts.reduce(0, +)]).map { Table.Cell(Shown.count($0)) }
      },
      caption: "\(Shown.plural(pairs.count, kind.lowercased() + " test prompt"))."
    )
  }
}

/// What became of a question, as response files name it.
enum Outcome: String, CaseIterable {
  case correct, incorrect, abstained, malformed

  /// The outcome for readers.
  func label(_ isAnswerable: Bool) -> String {
    switch self {
    case .correct: "right"
    case .incorrect: isAnswerable ? "wrong" : "invented"
    case .abstained: "declined"
    case .malformed: "unreadable"
    }
  }
}

import RealignReports
import RealignText

/// Every gate with what was compared.
enum GatesSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard !run.gates.isEmpty else { return nil }
    let final = run.gates.filter { $0.stage == "evaluate" }
    let earlier = run.gates.filter { $0.stage != "evaluate" }
    var blocks: [Block] = [.paragraph(rule(run.gates))]
    if !final.isEmpty {
      blocks.append(
        .table(
          table(
            final,
            showsStage: false,
            caption:
              "Final gates, on the untouched test set. In brackets the 95 % interval; bound: the "
              + "one-sided 95 % bound that decides."
              + reported(final)
          )
        )
      )
    }
    if !earlier.isEmpty {
      blocks.append(
        .table(
          table(
            earlier,
            showsStage: true,
            caption: "Gates on the way, on training and development data." + reported(earlier)
          )
        )
      )
    }
    blocks.append(.paragraph(Judge.legend))
    let notes = (final + earlier).compactMap { gate in
      note(gate).map { "\(MetricInfo.named(gate.name).label) (\(gate.stage)): \($0)." }
    }
    if !notes.isEmpty { blocks.append(.list(notes)) }
    blocks.append(.table(meanings(run.gates)))
    return Section("Gates", blocks: blocks)
  }

  private static func rule(_ gates: [GateRecord]) -> String {
    let isPoint = gates.filter { $0.stage == "evaluate" }.contains(where: \.isDecidedByEstimate)
    return isPoint
      ? "A gate passes when the estimate meets its threshold; this run was told to leave "
        + "uncertainty aside."
      : "A gate passes when the one-sided 95 % bound meets the threshold, so a good estimate from "
        + "too few items is INSUFFICIENT. A gate that asks whether something got worse passes "
        + "unless that is shown. Bare counts are compared as they are."
  }

  private static func table(_ gates: [GateRecord], showsStage: Bool, caption: String) -> Table {
    Table(
      columns: [
        Table.Column(showsStage ? "Gate, by stage" : "Gate"), Table.Column("Verdict"),
        Table.Column("Required", .trailing), Table.Column("Estimate"),
        Table.Column("Bound", .trailing),
        Table.Column("n", .trailing), Table.Column("Judge"),
      ],
      rows: gates.map { row($0, prefix: showsStage ? $0.stage + ": " : "") },
      caption: caption
    )
  }

  private static func row(_ gate: GateRecord, prefix: String) -> [Table.Cell] {
    let info = MetricInfo.named(gate.name)

    return [
      Table.Cell(prefix + info.label), Table.Cell(verdict(gate), status(gate)),
      Table.Cell("\(gate.comparison) \(Shown.threshold(gate.threshold, unit: info.unit))"),
      Table.Cell(Shown.estimate(gate.value, unit: info.unit)),
      Table.Cell(
        gate.isDecidedByEstimate ? Shown.none : Shown.value(gate.bound, unit: info.unit)
      ),
      Table.Cell(Shown.count(gate.json["n"]?.intValue)),
      Table.Cell(Judge.of(gate.name, stage: gate.stage)),
    ]
  }

  /// Why a gate did not pass, or why it did though its estimate misses the threshold.
  private static func note(_ gate: GateRecord) -> String? {
    if let reason = gate.reason { return reason }
    guard gate.isPassed, let value = gate.value, gate.isMet(by: value.estimate) == false else {
      return nil
    }
    return "passed although its estimate misses the threshold, because the data do not show that "
      + "it got worse; the bound is the favourable one"
  }

  /// The verdict, starred where it decides nothing.
  static func verdict(_ gate: GateRecord) -> String { gate.verdict + (gate.isGating ? "" : "*") }

  /// What the star means, if there is one.
  static func reported(_ gates: [GateRecord]) -> String {
    gates.allSatisfy(\.isGating) ? "" : " *: reported, decides nothing."
  }

  /// What the cell says; a gate that is only reported never shows as failed.
  static func status(_ gate: GateRecord) -> Table.Status {
    if gate.isPassed { return .pass }
    return gate.isGating && gate.verdict != "INSUFFICIENT" ? .fail : .warn
  }

  private static func meanings(_ gates: [GateRecord]) -> Table {
    let shown = MetricInfo.all.filter { info in
      !info.meaning.isEmpty && gates.contains { $0.name == info.name }
    }
    return Table(
      columns: [
        Table.Column("Gate"), Table.Column("Name in files"), Table.Column("What it counts"),
      ],
      rows: shown.map { [Table.Cell($0.label), Table.Cell($0.name), Table.Cell($0.meaning)] },
      caption: "An answerable prompt is one whose passages contain the answer."
    )
  }
}

import RealignReports
import RealignText

/// Whether to deploy, why, and what to do next.
enum DecisionSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    let outcome = RunOutcome(run)
    guard !outcome.gates.isEmpty else { return nil }
    var blocks: [Block] = [.paragraph(summary(run, outcome))]
    let stored = run.figures("evaluate")?["decision"]
    let advice = stored?["recommendations"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let reasons = (outcome.gates.filter(\.isBlocking) + outcome.missedBefore).map { gate in
      let info = MetricInfo.named(gate.name)
      return "\(info.label) (\(gate.stage)): \(gate.verdict)"
        + (gate.reason.map { ", \($0)" } ?? "")
    }
    if !reasons.isEmpty {
      blocks += [.paragraph("Gates that were not passed:"), .list(reasons)]
    }
    if !advice.isEmpty {
      blocks += [.paragraph("What the run recommends:"), .list(advice)]
    }
    if let numbers = headlines(run) { blocks.append(.keyValues(numbers)) }
    return Section(outcome.decision == nil ? "Where the run stands" : "Decision", blocks: blocks)
  }

  private static func summary(_ run: RunFiles, _ outcome: RunOutcome) -> String {
    let text: String
    switch outcome.decision {
    case "DEPLOY"? where !outcome.missedBefore.isEmpty:
      text =
        "DEPLOY by the final table alone: every gate of it passed on the test questions, but an "
        + "earlier stage missed a gate of its own, and the run as a whole counts as not passed."
    case "DEPLOY"?:
      text =
        "DEPLOY: every gate of the final table passed on test questions whose subjects occur in "
        + "no training row."
    case let decision?:
      text = "\(decision): \(outcome.gateCount); the model should not replace the one it came from."
    case nil where outcome.gates.contains(where: \.isBlocking):
      text =
        "\(outcome.headline). Later stages did not run, so there is no decision and this report "
        + "holds only what was measured before."
    case nil:
      text =
        "\(outcome.headline). The final evaluation has not run, so there is no decision yet."
    }
    guard run.settings.isAtlas else { return text }
    return text
      + " The data are made up and the model is tiny: the run shows that the mechanism works, not "
      + "how large models fare."
  }

  /// The figures that a reader looks for first.
  private static func headlines(_ run: RunFiles) -> [KeyValue]? {
    guard let figures = run.figures("evaluate") else { return nil }
    let names = ["hallucination_rate", "factuality", "citation_accuracy", "abstention_recall"]
    let rows = names.compactMap { name -> KeyValue? in
      let info = MetricInfo.named(name)
      guard let after = MeasuredValue(figures["metrics"]?[name]) else { return nil }
      let before = MeasuredValue(figures["baseline"]?[name])
      let start = before.map { Shown.value($0.estimate, unit: info.unit) + " → " } ?? ""
      return KeyValue(
        info.label,
        start + MetricTable.cell(after, unit: info.unit)
      )
    }
    return rows.isEmpty ? nil : rows
  }
}

import RealignEvaluation
import RealignText

/// A class of problem that a run can have, and what helps.
struct RunIssue: Sendable {
  /// Its name.
  let name: String
  /// The gates that show it; each with the values at which it is there.
  let signs: [(metric: String, operator: GateOperator, limit: Double)]
  /// What to do.
  let recommendation: String

  /// Every known problem.
  static let all: [RunIssue] = [
    RunIssue(
      name: "High hallucination rate",
      signs: [("hallucination_rate", .below, 0.10), ("factuality", .atLeast, 0.90)],
      recommendation: "look at the error clusters in the report; add grounded pairs of the classes "
        + "that dominate; verify training answers more strictly"
    ),
    RunIssue(
      name: "Low citation accuracy",
      signs: [("citation_accuracy", .atLeast, 0.85)],
      recommendation: "add attribution pairs for the kind of error that dominates: fabricated, "
        + "wrong passage or missing"
    ),
    RunIssue(
      name: "Over-hedging",
      signs: [("over_refusal", .atMost, 0.15), ("over_hedging", .atMost, 0.20)],
      recommendation: "add pairs in which an answerable question was refused; lower the share of "
        + "refusals in the rows"
    ),
    RunIssue(
      name: "Model drift",
      signs: [("kl_per_token", .atMost, 0.1)],
      recommendation: "halve optimize.learning_rate, raise optimize.beta by half, go back one "
        + "checkpoint, or set optimize.interpolate"
    ),
    RunIssue(
      name: "Capability loss",
      signs: [("capability_worst", .atLeast, 0.95), ("capability_retention", .atLeast, 0.95)],
      recommendation: "go back to an earlier checkpoint; double optimize.beta, halve "
        + "optimize.learning_rate, take 0.7 of the steps, and raise the share of replayed rows"
    ),
    RunIssue(
      name: "Weak detector",
      signs: [("detector_fpr", .below, 0.05)],
      recommendation: "give the detector more labelled answers, or lower "
        + "detect.max_false_positive_rate"
    ),
    RunIssue(
      name: "Missed abstentions",
      signs: [("abstention_recall", .atLeast, 0.80)],
      recommendation: "add unanswerable questions with refusals to the rows"
    ),
  ]

  /// The gates of a run that show this problem: the estimate is beyond the limit here, or the run's
  /// own threshold was missed.
  func evidence(in gates: [RunSummary.GateEntry]) -> [RunSummary.GateEntry] {
    signs.compactMap { sign in
      gates.first { gate in
        guard gate.name == sign.metric else { return false }
        let isBeyond = gate.estimate.map { !sign.operator.holds($0, sign.limit) } ?? false
        return isBeyond || gate.verdict == GateVerdict.fail.rawValue
      }
    }
  }
}

extension DoctorCommand {
  /// What is wrong with a run and what to do about it.
  static func diagnose(_ path: String, context: CommandContext) throws -> CommandOutcome {
    let run = try RunSummary(path)
    let gates = run.gates ?? []
    let issues = RunIssue.all.compactMap { issue in
      let evidence = issue.evidence(in: gates)
      return evidence.isEmpty ? nil : (issue: issue, evidence: evidence)
    }
    let undecided = gates.filter { gate in
      gate.isGating && !gate.hasPassed && gate.verdict != GateVerdict.fail.rawValue
        && !issues.contains { $0.evidence.contains { $0.name == gate.name } }
    }
    let isGood =
      issues.isEmpty && undecided.isEmpty && run.unfinished.isEmpty && run.gates != nil
      && gates.allSatisfy { $0.hasPassed || !$0.isGating }
    if context.isJSON {
      try context.output.row(json(run, issues: issues, undecided: undecided, isGood: isGood))
    } else {
      for line in lines(run, issues: issues, undecided: undecided, isGood: isGood) {
        try context.output.text(line)
      }
    }
    return isGood ? .passed : .notPassed
  }

  private typealias Found = (issue: RunIssue, evidence: [RunSummary.GateEntry])

  private static func lines(
    _ run: RunSummary,
    issues: [Found],
    undecided: [RunSummary.GateEntry],
    isGood: Bool
  ) -> [String] {
    var lines = ["run \(run.path)"]
    if let next = run.unfinished.first {
      lines.append(
        "not finished: the next stage is \(next.rawValue); "
          + "continue with realign train --run-dir \(run.path) --resume"
      )
    }
    if run.gates == nil { lines.append("no gate is decided yet") }
    for found in issues {
      let values = found.evidence.map { gate in
        "\(gate.name) \(gate.estimate.map { Count.decimal($0) } ?? "-")"
          + (gate.threshold.map { ", required \(gate.symbol) \(Count.decimal($0))" } ?? "")
      }
      lines.append("\(found.issue.name): \(values.joined(separator: "; "))")
      lines.append("  \(found.issue.recommendation)")
    }
    for gate in undecided {
      lines.append("\(gate.name): \(gate.verdict)" + (gate.reason.map { ": " + $0 } ?? ""))
      lines.append(
        "  " + (gate.itemsNeeded.map { "add about \($0) test items" } ?? "add test items for it")
      )
    }
    if isGood { lines.append("nothing is wrong: every stage finished, every gate passed") }
    return lines
  }

  private static func json(
    _ run: RunSummary,
    issues: [Found],
    undecided: [RunSummary.GateEntry],
    isGood: Bool
  ) -> JSONValue {
    [
      "run": .string(run.path), "healthy": .bool(isGood),
      "unfinished": .array(run.unfinished.map { .string($0.rawValue) }),
      "issues": .array(
        issues.map { found in
          [
            "issue": .string(found.issue.name),
            "evidence": .array(found.evidence.map(\.json)),
            "recommendation": .string(found.issue.recommendation),
          ]
        }
      ),
      "undecided": .array(undecided.map(\.json)),
    ]
  }
}

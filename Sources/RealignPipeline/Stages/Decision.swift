import RealignEvaluation
import RealignText

/// Whether to deploy, why, and what to do about every gate that failed.
struct Decision {
  let isDeploy: Bool
  let reasons: [String]
  let recommendations: [String]

  init(gates: [GateResult], figures: JSONObject) {
    let failed = gates.filter(\.blocks)
    isDeploy = failed.isEmpty
    reasons = failed.map { "\($0.gate.name): \($0.verdict.rawValue)" }
    recommendations = failed.map { Self.advice($0.gate.name, verdict: $0.verdict) }
  }

  /// What the diagnosis table recommends for a gate.
  static func advice(_ gate: String, verdict: GateVerdict) -> String {
    if verdict == .insufficient {
      return "\(gate): the estimate passes but its bound does not; evaluate on more items."
    }
    switch gate {
    case "hallucination_rate", "factuality", "abstention_recall":
      return "\(gate): see the error clusters; add grounded pairs of the largest class, or train "
        + "stage 3 longer with a larger share of unanswerable prompts."
    case "citation_accuracy":
      return "\(gate): add attribution pairs; raise cite.marker_weight; check whether fabricated "
        + "or misattributed citations dominate."
    case "over_refusal", "over_hedging":
      return "\(gate): add answerable-refused pairs (optimize.refusal_guard up); lower "
        + "cite.unanswerable_share."
    case "kl_per_token":
      return "\(gate): halve optimize.learning_rate, multiply beta by 1.5, or let the run "
        + "interpolate toward the reference."
    case "capability_retention", "capability_worst":
      return "\(gate): raise cite.replay_share; roll back; double beta, halve the learning rate, "
        + "take 0.7 of the steps."
    case "detector_fpr":
      return "\(gate): label more responses, or lower detect.max_false_positive_rate."
    default: return "\(gate): see the report."
    }
  }

  var json: JSONValue {
    [
      "decision": .string(isDeploy ? "DEPLOY" : "REJECT"),
      "reasons": .array(reasons.map { .string($0) }),
      "recommendations": .array(recommendations.map { .string($0) }),
    ]
  }
}

/// Before-and-after examples for the report, a few of every kind of change.
enum Examples {
  static func pick(before: Measurement, after: Measurement, perKind: Int = 3) -> [JSONValue] {
    var counts: [String: Int] = [:]
    var result: [JSONValue] = []
    for (old, new) in zip(before.answers, after.answers) {
      let kind =
        "\(old.judgement.outcome.rawValue) → \(new.judgement.outcome.rawValue)"
        + (new.grounded.isAnswerable ? "" : " (unanswerable)")
      counts[kind, default: 0] += 1
      guard counts[kind, default: 0] <= perKind else { continue }
      result.append([
        "kind": .string(kind), "prompt": .string(new.grounded.prompt),
        "before": .string(old.response), "after": .string(new.response),
        "target": .string(new.grounded.target),
        "before_outcome": .string(old.judgement.outcome.rawValue),
        "after_outcome": .string(new.judgement.outcome.rawValue),
      ])
    }
    return result
  }
}

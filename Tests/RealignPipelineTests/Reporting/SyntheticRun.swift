import Foundation
import RealignText

/// A run directory with plausible figures, written in the layout of a real one.
struct SyntheticRun {
  let path: String

  /// Writes the stages up to a name; stages after it are absent, as in a run that stopped.
  init(at path: String, upTo last: String = "evaluate", decision: String = "DEPLOY") throws {
    self.path = path
    var gates: [JSONValue] = []
    for (index, name) in Self.stages.enumerated() {
      let folder = "\(path)/stages/\(index + 1)-\(name)"
      let own = Self.gates(name, isGood: decision == "DEPLOY")
      gates += own
      try Self.make(folder)
      try Self.write(
        [
          "format_version": 1, "stage": .string(name), "key": "k", "program": "realign 0.1.0",
          "result": [
            "gates": .array(own), "figures": .object(Self.figures(name, decision: decision)),
          ], "files": [["path": "model/config.json", "bytes": 10, "sha256": "00"]],
        ],
        to: folder + "/complete.json"
      )
      for (training, rows) in Self.logs(name) {
        try Self.make(folder + "/" + training)
        try JSONLines.write(rows, to: folder + "/" + training + "/metrics.jsonl")
      }
      if name == "evaluate" { try Self.writeResponses(folder) }
      if name == last { break }
    }
    try Self.write(.array(gates), to: path + "/gates.json")
    try AtomicFile.write(Self.configuration, to: path + "/config.yaml")
  }

  static let stages = ["sft", "collect", "cite", "detect", "optimize", "iterate", "evaluate"]

  static let configuration = """
    # The effective configuration of this run; each value with where it comes from.
    version: 1  # default
    model: null  # default
    seed: 42  # --seed
    data:
      knowledge: []  # default
    gates:
      mode: bound  # default
      profile: default  # default
    optimize:
      beta: 0.2  # --set optimize.beta=0.2
      loss_type: [sigmoid, sft]  # preset atlas
      trainer:
        learning_rate: 5e-05  # preset atlas

    """

  private static func make(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private static func write(_ value: JSONValue, to path: String) throws {
    try AtomicFile.write(value.serialized(pretty: true) + "\n", to: path)
  }

  // MARK: Gates

  static func value(_ estimate: Double, _ low: Double, _ high: Double, _ n: Int) -> JSONValue {
    ["estimate": .number(estimate), "low": .number(low), "high": .number(high), "n": .integer(n)]
  }

  private static func gate(
    _ name: String,
    _ stage: String,
    _ sign: String,
    _ threshold: Double,
    _ measured: JSONValue,
    bound: Double,
    verdict: String = "PASS",
    gating: Bool = true,
    mode: String = "bound",
    reason: String? = nil
  ) -> JSONValue {
    var object: JSONObject = [
      "name": .string(name), "operator": .string(sign), "threshold": .number(threshold),
      "estimate": measured["estimate"] ?? .null, "bound": .number(bound),
      "low": measured["low"] ?? .null, "high": measured["high"] ?? .null,
      "n": measured["n"] ?? 0, "verdict": .string(verdict), "stage": .string(stage),
      "gating": .bool(gating), "mode": .string(mode),
    ]
    if let reason { object["reason"] = .string(reason) }
    return .object(object)
  }

  private static func gates(_ stage: String, isGood: Bool) -> [JSONValue] {
    switch stage {
    case "sft":
      return [
        gate(
          "baseline_recorded",
          stage,
          ">=",
          1,
          ["estimate": 1, "n": 6],
          bound: .nan,
          mode: "point"
        ),
        gate(
          "held_out_loss_ratio",
          stage,
          "<=",
          1,
          ["estimate": 0.982, "n": 1],
          bound: .nan,
          mode: "point"
        ),
      ]
    case "collect":
      return [
        gate("citation_accuracy", stage, ">=", 0.85, value(0.995, 0.988, 0.998, 1188), bound: 0.99),
        gate(
          "leaked_groups",
          stage,
          "<=",
          0,
          ["estimate": 0, "n": 2400],
          bound: .nan,
          mode: "point"
        ),
      ]
    case "cite":
      return [gate("factuality", stage, ">=", 0.9, value(0.941, 0.921, 0.957, 540), bound: 0.924)]
    case "detect":
      return [
        gate("detector_fpr", stage, "<", 0.05, value(0.021, 0.011, 0.037, 520), bound: 0.0346),
        gate(
          "hallucination_rate",
          stage,
          "<",
          0.1,
          value(0.118, 0.09, 0.15, 600),
          bound: 0.143,
          verdict: "FAIL",
          gating: false,
          reason: "the estimate 0.1180 does not meet < 0.1000"
        ),
      ]
    case "optimize":
      return [
        gate("kl_per_token", stage, "<=", 0.1, value(0.031, 0.026, 0.037, 240), bound: 0.036),
        gate(
          "hallucination_change",
          stage,
          "<=",
          0,
          value(-0.052, -0.071, -0.034, 600),
          bound: -0.037
        ),
      ]
    case "iterate":
      return [
        gate(
          "iteration_not_degrading",
          stage,
          "<=",
          0,
          value(-0.004, -0.011, 0.002, 600),
          bound: -0.01
        )
      ]
    default: return finalGates(isGood: isGood)
    }
  }

  private static func finalGates(isGood: Bool) -> [JSONValue] {
    let stage = "evaluate"
    let rate =
      isGood
      ? gate("hallucination_rate", stage, "<", 0.1, value(0.037, 0.027, 0.049, 1200), bound: 0.047)
      : gate(
        "hallucination_rate",
        stage,
        "<",
        0.1,
        value(0.094, 0.078, 0.112, 1200),
        bound: 0.109,
        verdict: "INSUFFICIENT",
        reason: "the estimate meets < 0.1000, its bound 0.1090 does not; needs about 5400 more "
          + "items at this estimate"
      )
    return [
      gate("citation_accuracy", stage, ">=", 0.85, value(0.968, 0.951, 0.98, 611), bound: 0.954),
      gate("factuality", stage, ">=", 0.9, value(0.969, 0.952, 0.981, 611), bound: 0.955),
      gate("detector_fpr", stage, "<", 0.05, value(0.021, 0.011, 0.037, 520), bound: 0.0346),
      rate,
      gate("kl_per_token", stage, "<=", 0.1, value(0.034, 0.029, 0.041, 240), bound: 0.04),
      gate(
        "capability_retention",
        stage,
        ">=",
        0.95,
        value(1.004, 0.992, 1.017, 1600),
        bound: 0.994
      ),
      gate("over_refusal", stage, "<=", 0.15, value(0.041, 0.027, 0.06, 600), bound: 0.057),
      gate("abstention_recall", stage, ">=", 0.8, value(0.958, 0.939, 0.973, 600), bound: 0.942),
      gate(
        "ece",
        stage,
        "<=",
        0.1,
        ["estimate": 0.131, "n": 598],
        bound: .nan,
        verdict: "FAIL",
        gating: false,
        reason: "the estimate 0.1310 does not meet <= 0.1000"
      ),
    ]
  }

  // MARK: Logs

  private static func logs(_ stage: String) -> [(training: String, rows: [JSONValue])] {
    func loss(_ steps: Int, every: Int, from start: Double) -> [JSONValue] {
      (1...steps / every).map { index in
        let share = Double(index * every) / Double(steps)
        return [
          "step": .integer(index * every), "loss": .number(start * exp(-3 * share) + 0.05),
          "mean_token_accuracy": .number(1 - 0.4 * exp(-3 * share)),
          "num_tokens": .integer(index * every * 3000), "tokens_per_second": 12_000,
          "peak_rss_bytes": 412_000_000,
        ]
      }
    }
    switch stage {
    case "sft": return [("training", loss(60, every: 10, from: 0.7))]
    case "cite": return [("training", loss(1200, every: 10, from: 2.1))]
    case "optimize":
      return [
        ("training-0", preference(scale: 1.6)), ("training-1", preference(scale: 1)),
      ]
    default: return []
    }
  }

  private static func preference(scale: Double) -> [JSONValue] {
    (1...4).flatMap { index -> [JSONValue] in
      let margin = scale * 0.4 * Double(index)
      return [
        [
          "step": .integer(index * 6), "loss": .number(0.69 - margin / 4),
          "rewards/margins": .number(margin), "rewards/accuracies": .number(0.6 + 0.08 * margin),
          "num_tokens": .integer(index * 9000), "tokens_per_second": 4000,
        ],
        [
          "step": .integer(index * 6), "eval_loss": .number(0.69 - margin / 5),
          "eval_rewards/margins": .number(margin * 0.9), "kl/token": .number(0.01 * margin),
        ],
      ]
    }
  }
}

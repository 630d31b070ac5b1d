import Foundation
import RealignText

extension SyntheticRun {
  /// What a stage of the run found.
  static func figures(_ stage: String, decision: String) -> JSONObject {
    switch stage {
    case "sft": return baseline
    case "collect": return data
    case "cite": return ["development": responses(0.118), "refusal_margin_auroc": 0.981]
    case "detect": return detector
    case "optimize": return optimization
    case "iterate": return ["rounds": .array(rounds), "after": responses(0.04), "change": change]
    default: return evaluation(decision)
    }
  }

  /// Metrics of a model that hallucinates at a rate.
  static func responses(_ rate: Double, n: Int = 1200) -> JSONValue {
    func share(_ estimate: Double, _ n: Int) -> JSONValue {
      let half = 1.96 * (estimate * (1 - estimate) / Double(n)).squareRoot()
      return value(estimate, max(0, estimate - half), min(1, estimate + half), n)
    }
    return [
      "factuality": share(1 - rate * 0.8, n / 2), "hallucination_rate": share(rate, n),
      "hallucination_rate_claims": share(min(1, rate * 1.6), n * 5 / 8),
      "citation_accuracy": share(1 - rate * 0.9, n / 2), "citation_recall": share(0.991, n / 2),
      "fabricated_citations": share(0.002, n / 2),
      "over_refusal": share(max(0, 0.05 - rate / 12), n / 2),
      "abstention_recall": share(max(0, 1 - rate * 1.7), n / 2),
      "answer_rate": share(0.5 + rate / 2, n), "over_hedging": share(0.041, n / 2),
      "answer_accuracy": share(1 - rate * 0.7, n / 2), "malformed": share(0.001, n),
      "ece": ["estimate": 0.131, "low": nil, "high": nil, "n": .integer(n / 2)],
    ]
  }

  private static let change: JSONValue = [
    "difference": -0.546, "low": -0.571, "high": -0.521, "fixed": 662, "broken": 7,
    "p_value": 1e-180, "fixed_items": ["test-0001", "test-0002"],
    "broken_items": ["test-0117", "test-0344"],
  ]

  private static let baseline: JSONObject = [
    "perplexity": 1.31, "bits_per_byte": 0.118, "held_out_loss_before": 0.275,
    "held_out_loss_after": 0.27, "capability": ["recall": 0.94, "copy": 0.98, "guess": 0.1],
    "capability_items": .array(
      [320, 320, 200].map { .array([JSONValue](repeating: 1, count: $0)) }
    ),
    "open_book": responses(0.57, n: 600), "closed_book": responses(0.83, n: 600),
    "refusal_margin_auroc": 0.613,
  ]

  private static let data: JSONObject = [
    "claims": 3120, "pairs": 1200,
    "classes": [
      "invented:removed_hedge": 140, "invented:sample": 420, "miscited:fabricated_citation": 120,
      "miscited:sample": 60, "wrong:entity": 150, "wrong:sample": 160, "wrong:value": 150,
    ],
    "retrieval_recall": 0.983, "leaked_groups": [],
    "validation": [
      "valid": true,
      "issues": [["code": "length_bias", "severity": "warning", "message": "chosen is longer"]],
    ],
  ]

  private static let detector: JSONObject = [
    "threshold": 0.61, "recall": 0.92, "false_positive_rate": 0.021, "precision": 0.977,
    "positives": 480, "negatives": 520, "ece": 0.019, "observed_rate": 0.124,
    "corrected_rate": 0.1146, "weights": ["verifier": 2.4, "citation": 1.3, "mean_nll": 0.4],
    "detectors": [
      "combined": ["auroc": 0.987, "auprc": 0.989], "verifier": ["auroc": 0.974, "auprc": 0.978],
      "citation": ["auroc": 0.951, "auprc": 0.955], "mean_nll": ["auroc": 0.741, "auprc": 0.702],
      "self_consistency": ["auroc": 0.688, "auprc": nil],
    ],
    "recall_by_kind": [
      "entity": ["recall": 0.97, "n": 100], "fabricated_citation": ["recall": 1, "n": 60],
      "model": ["recall": 0.8, "n": 70], "removed_hedge": ["recall": 0.93, "n": 250],
    ],
    "roc": .array(
      [(0, 0), (0.004, 0.62), (0.012, 0.85), (0.021, 0.92), (0.07, 0.965), (0.3, 0.99), (1, 1)]
        .map { .array([.number($0.0), .number($0.1)]) }
    ),
    "reliability": .array(
      [
        (0.01, 0.004, 100), (0.04, 0.03, 100), (0.2, 0.17, 100), (0.7, 0.75, 100),
        (0.97, 0.99, 600),
      ]
      .map { .array([.number($0.0), .number($0.1), .integer($0.2)]) }
    ),
  ]

  private static func reading(_ step: Int, _ kl: Double, _ extra: JSONObject = [:]) -> JSONValue {
    var object: JSONObject = [
      "step": .integer(step), "kl_per_token": .number(kl), "kl_per_token_upper": .number(kl * 1.2),
      "kl_per_sequence": .number(kl * 14), "kl_neutral_per_token": .number(kl * 0.3),
      "kl_percentile_95": .number(kl * 2.4), "k1": .number(kl * 0.96), "k3": .number(kl * 1.02),
      "tokens": 3361,
    ]
    for pair in extra.pairs { object[pair.key] = pair.value }
    return .object(object)
  }

  private static let optimization: JSONObject = [
    "pairs_on_policy": 640,
    "attempts": [
      [
        "adjustment": ["beta": 1, "learning_rate": 1, "steps": 1], "kl_per_token": 0.127,
        "margin": 2.3, "steps": 24, "kept": false,
      ],
      [
        "adjustment": ["beta": 1.5, "learning_rate": 0.5, "steps": 1], "kl_per_token": 0.031,
        "margin": 1.4, "steps": 18, "kept": true,
      ],
    ],
    "before": responses(0.118, n: 600), "after": responses(0.066, n: 600),
    "change": [
      "difference": -0.052, "low": -0.071, "high": -0.034, "fixed": 36, "broken": 5,
      "p_value": 0.0000006, "fixed_items": [], "broken_items": [],
    ],
    "kl": reading(
      18,
      0.031,
      ["lower_bound_per_sequence": 0.0192, "efficiency": 0.044, "interpolation": 1]
    ),
    "ledger": .array(
      (0...1).flatMap { attempt in
        (1...4).map { index in
          let kl = (attempt == 0 ? 0.032 : 0.01) * Double(index)
          return reading(
            index * 6,
            kl,
            [
              "attempt": .integer(attempt), "stage": "optimize",
              "margin": .number((attempt == 0 ? 0.6 : 0.36) * Double(index)),
              "chosen_delta_per_token": .number(-0.008 * Double(index)), "chosen_alarm": false,
            ]
          )
        }
      }
    ),
  ]

  private static let rounds: [JSONValue] = [
    [
      "round": 1, "decision": "improving",
      "clusters": ["wrong": 22, "miscited": 4, "refused": 31, "invented": 58],
      "adjustment": ["beta": 1, "learning_rate": 1, "steps": 1],
      "change": [
        "difference": -0.026, "low": -0.041, "high": -0.012, "fixed": 19, "broken": 3,
        "p_value": 0.0009,
      ], "lost_capability": nil, "after": responses(0.04, n: 600),
    ],
    [
      "round": 2, "decision": "converged",
      "clusters": ["wrong": 2, "miscited": 0, "refused": 1, "invented": 3],
      "adjustment": ["beta": 1, "learning_rate": 1, "steps": 1],
    ],
  ]

  private static func evaluation(_ decision: String) -> JSONObject {
    var metrics = responses(0.037).objectValue ?? JSONObject()
    metrics["capability_retention"] = value(1.004, 0.992, 1.017, 1600)
    metrics["kl_per_token"] = value(0.034, 0.029, 0.041, 240)
    return [
      "metrics": .object(metrics), "baseline": responses(0.583), "change": change,
      "kl": reading(0, 0.034), "kl_to_baseline": reading(0, 0.61),
      "retention": [
        [
          "name": "recall", "baseline": 0.94, "final": 0.95, "retention": 1.011, "low": 0.99,
          "high": 1.03,
        ],
        [
          "name": "copy", "baseline": 0.98, "final": 0.975, "retention": 0.995, "low": 0.98,
          "high": 1.005,
        ], ["name": "guess", "retention": nil],
      ],
      "temperature_1": responses(0.061),
      "refusal_margin_auroc": ["baseline": 0.613, "final": 0.994],
      "transfer": ["final": responses(0.112, n: 300), "baseline": responses(0.641, n: 300)],
      "controls": [
        "shuffled_passage_refused": value(0.957, 0.938, 0.972, 600),
        "counterfactual_followed": value(0.962, 0.943, 0.976, 593),
        "permuted_markers_followed": value(0.971, 0.955, 0.983, 607),
      ],
      "untrained_rules": [
        "decline_when_improbable": responses(0.49),
        "decline_when_retrieval_is_weak": responses(0.53),
      ],
      "always_refuse": [
        "hallucination_rate": value(0, 0, 0.003, 1200), "over_refusal": value(1, 0.994, 1, 600),
        "abstention_recall": value(1, 0.994, 1, 600), "answer_rate": value(0, 0, 0.003, 1200),
        "answer_accuracy": value(0, 0, 0.006, 600), "over_hedging": value(1, 0.994, 1, 600),
      ],
      "decision": [
        "decision": .string(decision),
        "reasons": decision == "DEPLOY" ? [] : ["hallucination_rate: INSUFFICIENT"],
        "recommendations": decision == "DEPLOY"
          ? []
          : [
            "hallucination_rate: the estimate passes but its bound does not; evaluate on more items."
          ],
      ], "examples": .array(examples),
    ]
  }

  private static func example(
    _ kind: String,
    _ before: String,
    _ after: String,
    _ target: String,
    _ question: String = "Which river runs through Belmora?"
  ) -> JSONValue {
    let outcomes = kind.split(separator: " ").map(String.init)
    return [
      "kind": .string(kind),
      "prompt": .string(
        "[1] Belmora lies on the river Tessel. It was founded in 1712.\n"
          + "[2] Belmara is known for its <b>glass</b> works.\nQuestion: \(question)\nAnswer:"
      ),
      "before": .string(before), "after": .string(after), "target": .string(target),
      "before_outcome": .string(outcomes[0]), "after_outcome": .string(outcomes[2]),
    ]
  }

  private static let examples: [JSONValue] = [
    example(
      "correct → correct",
      "The river of Belmora is Tessel [1].",
      "The river of Belmora is Tessel [1].",
      " The river of Belmora is Tessel [1]."
    ),
    example(
      "incorrect → correct",
      "The river of Belmora is Ardan [2].",
      "The river of Belmora is Tessel [1].",
      " The river of Belmora is Tessel [1]."
    ),
    example(
      "incorrect → abstained (unanswerable)",
      "The mayor of Belmora is Ilse Varn [1].",
      "I do not know the mayor of Belmora.",
      " I do not know the mayor of Belmora.",
      "Who is the mayor of Belmora?"
    ),
    example(
      "correct → abstained",
      "The river of Belmora is Tessel [1].",
      "I do not know the river of Belmora.",
      " The river of Belmora is Tessel [1]."
    ),
  ]

  /// Responses before and after to four prompts, two of each kind.
  static func writeResponses(_ folder: String) throws {
    func rows(_ outcomes: [String]) -> [JSONValue] {
      outcomes.enumerated().map { index, outcome in
        [
          "id": .string("test-\(index)"), "answerable": .bool(index < 3),
          "outcome": .string(outcome),
        ]
      }
    }
    try JSONLines.write(
      rows(["incorrect", "correct", "correct", "incorrect"]),
      to: folder + "/baseline-responses.jsonl"
    )
    try JSONLines.write(
      rows(["correct", "correct", "abstained", "abstained"]),
      to: folder + "/responses.jsonl"
    )
  }
}

/// What the report says about a metric: its name for readers, its unit, its meaning.
struct MetricInfo {
  /// How values are printed.
  enum Unit {
    /// A share of items, printed in percent.
    case share
    /// A plain number.
    case number
    /// Nats.
    case nats
    /// A whole number.
    case count
    /// A change of a share, printed in percentage points.
    case points
  }

  /// Its name in files.
  var name: String
  /// Its name for readers.
  var label: String
  /// How it is printed.
  var unit: Unit
  /// Whether a lower value is better; nil where neither is.
  var isLowBetter: Bool?
  /// One sentence on what it counts.
  var meaning: String

  /// A metric of this name; one that is not listed gets its name in words.
  static func named(_ name: String) -> MetricInfo {
    all.first { $0.name == name }
      ?? MetricInfo(
        name: name,
        label: Shown.words(name).firstUppercased,
        unit: .number,
        isLowBetter: nil,
        meaning: ""
      )
  }

  /// Every metric of the report, in reading order; a new one is a line here.
  static let all: [MetricInfo] = responses + model + bookkeeping

  /// Metrics of judged responses.
  static let responses: [MetricInfo] = [
    info(
      "hallucination_rate",
      "Hallucination rate",
      low: true,
      "Responses that assert something wrong or unsupported, or cannot be read, over all responses."
    ),
    info(
      "hallucination_rate_claims",
      "Hallucinated claims",
      low: true,
      "Unsupported over asserted claims, all prompts."
    ),
    info(
      "factuality",
      "Factuality",
      low: false,
      "Supported over asserted claims, in responses to answerable prompts."
    ),
    info(
      "answer_accuracy",
      "Answer accuracy",
      low: false,
      "Answerable prompts answered rightly over answerable prompts."
    ),
    info(
      "citation_accuracy",
      "Citation accuracy",
      low: false,
      "Citations of a given passage that supports the sentence over all citations."
    ),
    info(
      "citation_recall",
      "Citation recall",
      low: false,
      "Right claims with a right citation over right claims."
    ),
    info(
      "fabricated_citations",
      "Fabricated citations",
      low: true,
      "Citations of passages that were not given over all citations."
    ),
    info(
      "abstention_recall",
      "Abstention recall",
      low: false,
      "Unanswerable prompts declined over unanswerable prompts."
    ),
    info(
      "over_refusal",
      "Over-refusal",
      low: true,
      "Answerable prompts declined over answerable prompts."
    ),
    info(
      "over_hedging",
      "Over-hedging",
      low: true,
      "Answerable prompts declined, or answered rightly with low-confidence wording."
    ),
    info("answer_rate", "Answer rate", low: nil, "Prompts not declined over all prompts."),
    info(
      "malformed",
      "Malformed responses",
      low: true,
      "Responses without an end, or with a citation that cannot be read, over all responses."
    ),
    info(
      "ece",
      "Calibration error (ECE)",
      .number,
      low: true,
      "Gap between stated confidence and accuracy, equal-mass bins, debiased."
    ),
  ]

  private static let model: [MetricInfo] = [
    info(
      "kl_per_token",
      "KL per token, nats",
      .nats,
      low: true,
      "Exact divergence from the model that entered stage 5, mean over sampled response tokens."
    ),
    info(
      "capability_retention",
      "Capability retention",
      low: false,
      "Mean over benchmarks of (final − chance) / (baseline − chance)."
    ),
    info(
      "capability_worst",
      "Worst benchmark kept",
      low: false,
      "Lowest retention of a benchmark; missed when some benchmark is significantly lower."
    ),
    info(
      "detector_fpr",
      "Detector false alarms",
      low: true,
      "Right responses flagged by the detector over right responses, at its frozen threshold."
    ),
  ]

  private static let bookkeeping: [MetricInfo] = [
    info(
      "baseline_recorded",
      "Baseline recorded",
      low: false,
      "Baseline metrics that are finite over those required."
    ),
    info(
      "held_out_loss_ratio",
      "Held-out loss, after / before",
      .number,
      low: true,
      "Loss on held-out instruction rows after stage 1 over the base model's."
    ),
    info(
      "pairs_valid",
      "Preference pairs valid",
      .count,
      low: false,
      "1 when no hard rule of the data check fails."
    ),
    info(
      "leaked_groups",
      "Leaked entities",
      .count,
      low: true,
      "Entities that occur both in training and in held-out questions."
    ),
    info(
      "hallucination_change",
      "Change of hallucination rate, points",
      .points,
      low: true,
      "Paired difference after − before in percentage points; negative is better."
    ),
    info(
      "iteration_not_degrading",
      "Change in stage 6, points",
      .points,
      low: true,
      "Paired difference of the hallucination rate; must not be significantly above 0."
    ),
  ]

  private static func info(
    _ name: String,
    _ label: String,
    _ unit: Unit = .share,
    low: Bool?,
    _ meaning: String
  ) -> MetricInfo {
    MetricInfo(name: name, label: label, unit: unit, isLowBetter: low, meaning: meaning)
  }
}

/// Who decided a figure; it stands beside every score.
enum Judge {
  static let gold = "gold"
  static let verifier = "verifier"
  static let detector = "detector"
  static let exact = "exact"
  static let match = "match"
  static let count = "count"

  /// The judge of a metric at a stage.
  static func of(_ metric: String, stage: String) -> String {
    switch metric {
    case "kl_per_token": exact
    case "capability_retention", "capability_worst": match
    case "baseline_recorded", "pairs_valid", "leaked_groups", "held_out_loss_ratio": count
    case "citation_accuracy" where stage == "collect": verifier
    case "hallucination_rate" where stage == "detect": detector
    default: gold
    }
  }

  /// What the short names mean, for captions.
  static let legend =
    "Judges. Gold: known answers, compared by code that shares nothing with what shaped the "
    + "training. Verifier, detector: the models of stages 2 and 4. Exact: computed over the full "
    + "vocabulary. Match: benchmark answers compared exactly. Count: needs no judge."
}

extension String {
  /// The text with its first letter in upper case.
  var firstUppercased: String { prefix(1).uppercased() + dropFirst() }
}

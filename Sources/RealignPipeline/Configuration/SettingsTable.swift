/// The table of settings: one line per key, in the order in which they are written.
public enum SettingsTable {
  /// Every key of the configuration.
  public static let all: [Setting] =
    general + data + gates + sft + collect + cite + detect + optimize + iterate + evaluate

  /// Settings by key and by alias.
  static let byName: [String: Setting] = {
    var result: [String: Setting] = [:]
    for setting in all {
      for name in [setting.key] + setting.aliases {
        precondition(result[name] == nil, "the name \(name) is in the table twice")
        result[name] = setting
      }
    }
    return result
  }()

  /// Names of groups: everything before a dot.
  static let groups: Set<String> = {
    var result = Set<String>()
    for setting in all {
      let parts = setting.key.split(separator: ".")
      for count in 1..<max(2, parts.count) where parts.count > 1 {
        result.insert(parts.prefix(count).joined(separator: "."))
      }
    }
    return result
  }()

  /// The setting of a key or alias.
  public static func setting(_ name: String) -> Setting? { byName[name] }

  static let general: [Setting] = [
    Setting(
      "version",
      \.version,
      range: .within(
        Double(RunConfiguration.currentVersion),
        Double(RunConfiguration.currentVersion)
      ),
      "Version of this file's format."
    ),
    Setting(
      "model",
      \.model,
      "Model directory, or org/name[@rev] in the Hugging Face cache; null is Atlas."
    ),
    Setting("seed", \.seed, "Seed of every random stream."),
    Setting("threads", \.threads, range: .within(1, 1024), "Threads; null takes all cores."),
    Setting(
      "use_chat_template",
      \.useChatTemplate,
      "Put prompts into the model's chat template, if it has one."
    ),
  ]

  static let data: [Setting] = [
    Setting(
      "data.knowledge",
      \.data.knowledge,
      aliases: ["knowledge"],
      "Folders of .txt and .md files or JSON Lines files of documents."
    ),
    Setting(
      "data.questions",
      \.data.questions,
      aliases: ["questions"],
      "JSON Lines files of questions."
    ),
    Setting("data.claims", \.data.claims, aliases: ["claims"], "JSON Lines files of claims."),
    Setting(
      "data.instructions",
      \.data.instructions,
      aliases: ["instructions"],
      "JSON Lines files of instruction rows."
    ),
  ]

  static let gates: [Setting] = [
    Setting(
      "gates.mode",
      \.gates.mode,
      aliases: ["gate_mode"],
      "Whether a gate compares the one-sided 95 % bound or the estimate."
    ),
    Setting(
      "gates.enforcement",
      \.gates.enforcement,
      "Whether the run stops at a gate that is not passed or warns and goes on."
    ),
    Setting("gates.profile", \.gates.profile, aliases: ["profile"], "The set of thresholds."),
  ]

  static let sft: [Setting] =
    [
      Setting("sft.skip", \.sft.skip, "Accept the base model as it is."),
      Setting(
        "sft.held_out_fraction",
        \.sft.heldOutFraction,
        range: .below(0, 1),
        "Share of the rows held out, split by entity."
      ),
      Setting(
        "sft.assistant_only_loss",
        \.sft.assistantOnlyLoss,
        "Train only on what the assistant says in rows of messages."
      ),
    ] + trainer("sft", \.sft.trainer)

  static let collect: [Setting] = [
    Setting(
      "collect.samples_per_question",
      \.collect.samplesPerQuestion,
      range: .within(1, 1024),
      "Responses sampled from the model per question."
    ),
    Setting(
      "collect.temperature",
      \.collect.temperature,
      range: .atLeast(0),
      "Sampling temperature."
    ),
    Setting(
      "collect.top_p",
      \.collect.topP,
      range: .within(1e-6, 1),
      "Smallest probability mass that is kept in sampling."
    ),
    Setting(
      "collect.max_new_tokens",
      \.collect.maxNewTokens,
      range: .within(1, 1_048_576),
      "Most new tokens of a response."
    ),
    Setting(
      "collect.passages_per_question",
      \.collect.passagesPerQuestion,
      range: .within(1, 100),
      "Passages given with a question."
    ),
    Setting(
      "collect.dev_fraction",
      \.collect.devFraction,
      range: .below(0, 1),
      "Share of entities held out for development."
    ),
    Setting(
      "collect.test_fraction",
      \.collect.testFraction,
      range: .below(0, 1),
      "Share of entities held out for the final test."
    ),
    Setting(
      "collect.max_pairs",
      \.collect.maxPairs,
      range: .atLeast(0),
      "Most pairs that are kept; 0 keeps all."
    ),
    Setting(
      "collect.reserved_share",
      \.collect.reservedShare,
      range: .below(0, 1),
      "Share of training entities kept from stage 3 for stages 5 and 6."
    ),
  ]

  static let cite: [Setting] =
    [
      Setting("cite.format", \.cite.format, "How sources are cited."),
      Setting(
        "cite.quote_share",
        \.cite.quoteShare,
        range: .within(0, 1),
        "Share of training answers that quote the passage."
      ),
      Setting(
        "cite.marker_weight",
        \.cite.markerWeight,
        range: .above(0),
        "Loss weight of citation markers."
      ),
      Setting(
        "cite.replay_share",
        \.cite.replayShare,
        range: .within(0, 1),
        "Share of rows that keep earlier abilities."
      ),
      Setting(
        "cite.generated_share",
        \.cite.generatedShare,
        range: .within(0, 1),
        "Share of rows whose passages were made for the purpose (Atlas)."
      ),
      Setting(
        "cite.closed_book_refusal_share",
        \.cite.closedBookRefusalShare,
        range: .within(0, 1),
        "Share of rows that decline without passages (Atlas)."
      ),
      Setting(
        "cite.unanswerable_share",
        \.cite.unanswerableShare,
        range: .within(0, 1),
        "Share of unanswerable prompts among those with retrieved passages."
      ),
    ]
    + trainer("cite", \.cite.trainer)

  static let detect: [Setting] = [
    Setting("detect.detectors", \.detect.detectors, "Detectors that are combined, by name."),
    Setting(
      "detect.max_false_positive_rate",
      \.detect.maxFalsePositiveRate,
      range: .below(0, 1),
      "Highest false-positive rate at the frozen threshold."
    ),
    Setting(
      "detect.samples",
      \.detect.samples,
      range: .within(1, 1024),
      "Responses sampled for self-consistency."
    ),
    Setting(
      "detect.temperature",
      \.detect.temperature,
      range: .atLeast(0),
      "Sampling temperature of self-consistency."
    ),
  ]

  static let optimize: [Setting] =
    [
      Setting(
        "optimize.kl_budget",
        \.optimize.klBudget,
        range: .above(0),
        "Highest KL to the reference, nats per token."
      ),
      Setting(
        "optimize.interpolate",
        \.optimize.interpolate,
        "Interpolate weights toward the reference when the budget is exceeded."
      ),
      Setting(
        "optimize.keep_best",
        \.optimize.keepBest,
        "Which state is kept: the best within the KL budget, or the last."
      ),
      Setting(
        "optimize.max_attempts",
        \.optimize.maxAttempts,
        range: .within(1, 10),
        "Attempts, each gentler, while the KL leaves its budget."
      ),
      Setting(
        "optimize.prompts",
        \.optimize.prompts,
        range: .atLeast(1),
        "Training prompts sampled for on-policy pairs."
      ),
      Setting(
        "optimize.corruption_pairs",
        \.optimize.corruptionPairs,
        range: .atLeast(0),
        "Pairs with typed corruptions mixed in."
      ),
      Setting(
        "optimize.invented_share",
        \.optimize.inventedShare,
        range: .within(0, 1),
        "Share of those pairs that are invented answers to unanswerable prompts."
      ),
      Setting(
        "optimize.refusal_guard",
        \.optimize.refusalGuard,
        range: .atLeast(0),
        "Weight of wrongly declined pairs, as a multiple of the invented ones."
      ),
    ] + preference("optimize", \.optimize.preference)
    + trainer("optimize", \.optimize.trainer)

  static let iterate: [Setting] = [
    Setting(
      "iterate.max_iterations",
      \.iterate.maxIterations,
      range: .within(0, 100),
      "Most rounds; 0 skips the stage's training."
    ),
    Setting(
      "iterate.tolerance",
      \.iterate.tolerance,
      range: .within(0, 1),
      "Smallest change of the hallucination rate that counts as improvement."
    ),
    Setting(
      "iterate.pairs_per_cluster",
      \.iterate.pairsPerCluster,
      range: .atLeast(0),
      "Pairs added per error cluster."
    ),
  ]

  static let evaluate: [Setting] = [
    Setting("evaluate.suites", \.evaluate.suites, "Capability suites: files, in order."),
    Setting(
      "evaluate.max_new_tokens",
      \.evaluate.maxNewTokens,
      range: .within(1, 1_048_576),
      "Most new tokens of a response."
    ),
    Setting(
      "evaluate.batch_size",
      \.evaluate.batchSize,
      range: .within(1, 65_536),
      "Responses decoded at the same time."
    ),
    Setting(
      "evaluate.kl_prompts",
      \.evaluate.klPrompts,
      range: .atLeast(2),
      "Prompts on which KL is measured; half task, half neutral."
    ),
    Setting(
      "evaluate.bootstrap_resamples",
      \.evaluate.bootstrapResamples,
      range: .within(100, 1e6),
      "Bootstrap resamples of an interval."
    ),
  ]
}

extension SettingsTable {
  typealias GroupPath<Group> = any WritableKeyPath<RunConfiguration, Group> & Sendable

  /// The lines of one trainer's hyper-parameters, TRL's names.
  static func trainer(_ group: String, _ path: GroupPath<TrainerGroup>) -> [Setting] {
    duration(group, path) + optimizer(group, path) + bookkeeping(group, path)
      + adapter(group, path)
  }

  private static func duration(_ group: String, _ path: GroupPath<TrainerGroup>) -> [Setting] {
    [
      Setting(
        "\(group).num_train_epochs",
        path,
        \.numTrainEpochs,
        range: .above(0),
        "Passes over the rows, unless max_steps is positive."
      ),
      Setting(
        "\(group).max_steps",
        path,
        \.maxSteps,
        range: .atLeast(-1),
        "Updates of the run; 0 or less leaves it to the epochs."
      ),
      Setting(
        "\(group).per_device_train_batch_size",
        path,
        \.perDeviceTrainBatchSize,
        range: .within(1, 65_536),
        "Rows per micro-batch."
      ),
      Setting(
        "\(group).gradient_accumulation_steps",
        path,
        \.gradientAccumulationSteps,
        range: .within(1, 65_536),
        "Micro-batches per update, of each rank."
      ),
      Setting(
        "\(group).gradient_checkpointing",
        path,
        \.gradientCheckpointing,
        hasEffect: false,
        "Compute the blocks again in backward instead of keeping their states."
      ),
      Setting(
        "\(group).max_length",
        path,
        \.maxLength,
        range: .within(2, 1_048_576),
        "Longest row in tokens."
      ),
      Setting(
        "\(group).shuffle",
        path,
        \.shuffle,
        "Shuffle the rows anew each epoch."
      ),
    ]
  }

  private static func optimizer(_ group: String, _ path: GroupPath<TrainerGroup>) -> [Setting] {
    [
      Setting(
        "\(group).learning_rate",
        path,
        \.learningRate,
        range: .atLeast(0),
        "Peak learning rate."
      ),
      Setting(
        "\(group).lr_scheduler_type",
        path,
        \.lrSchedulerType,
        "Shape of the learning rate over the run."
      ),
      Setting(
        "\(group).warmup_ratio",
        path,
        \.warmupRatio,
        range: .within(0, 1),
        "Share of updates spent warming up, when warmup_steps is 0."
      ),
      Setting(
        "\(group).warmup_steps",
        path,
        \.warmupSteps,
        range: .atLeast(0),
        "Updates spent warming up."
      ),
      Setting(
        "\(group).weight_decay",
        path,
        \.weightDecay,
        range: .atLeast(0),
        "Decoupled weight decay of matrices."
      ),
      Setting(
        "\(group).max_grad_norm",
        path,
        \.maxGradNorm,
        range: .atLeast(0),
        "Gradient norm above which gradients are scaled down; 0 is off."
      ),
      Setting(
        "\(group).adam_beta1",
        path,
        \.adamBeta1,
        range: .below(0, 1),
        "First-moment decay of AdamW."
      ),
      Setting(
        "\(group).adam_beta2",
        path,
        \.adamBeta2,
        range: .below(0, 1),
        "Second-moment decay of AdamW."
      ),
      Setting(
        "\(group).adam_epsilon",
        path,
        \.adamEpsilon,
        range: .above(0),
        "Added outside the root in AdamW."
      ),
    ]
  }

  private static func bookkeeping(
    _ group: String,
    _ path: GroupPath<TrainerGroup>
  ) -> [Setting] {
    [
      Setting(
        "\(group).logging_steps",
        path,
        \.loggingSteps,
        range: .atLeast(1),
        "Updates between two log lines."
      ),
      Setting(
        "\(group).eval_steps",
        path,
        \.evalSteps,
        range: .atLeast(0),
        "Updates between two evaluations; 0 evaluates at the end."
      ),
      Setting(
        "\(group).save_steps",
        path,
        \.saveSteps,
        range: .atLeast(0),
        "Updates between two checkpoints; 0 saves when interrupted."
      ),
      Setting(
        "\(group).save_total_limit",
        path,
        \.saveTotalLimit,
        range: .atLeast(1),
        "Checkpoints kept besides the best."
      ),
      Setting(
        "\(group).early_stopping_patience",
        path,
        \.earlyStoppingPatience,
        range: .atLeast(0),
        "Evaluations without gain before the run stops; 0 never stops."
      ),
    ]
  }

  private static func adapter(_ group: String, _ path: GroupPath<TrainerGroup>) -> [Setting] {
    [
      Setting(
        "\(group).full",
        path,
        \.full,
        "Train all weights instead of an adapter."
      ),
      Setting(
        "\(group).base_dtype",
        path,
        \.baseDtype,
        "Weights beneath an adapter in memory (commands sft, dpo); auto is f32."
      ),
      Setting(
        "\(group).shard_base",
        path,
        \.shardBase,
        hasEffect: false,
        "Divide the weights beneath an adapter over ranks (commands sft, dpo)."
      ),
      Setting("\(group).lora_r", path, \.loraR, range: .within(1, 1024), "Adapter rank."),
      Setting(
        "\(group).lora_alpha",
        path,
        \.loraAlpha,
        range: .above(0),
        "Numerator of the adapter's scale."
      ),
      Setting(
        "\(group).lora_dropout",
        path,
        \.loraDropout,
        range: .below(0, 1),
        "Probability that an adapter's input is dropped."
      ),
      Setting(
        "\(group).lora_target_modules",
        path,
        \.loraTargetModules,
        "Adapted modules, one regex or all-linear; none: q_proj, v_proj."
      ),
      Setting(
        "\(group).lora_modules_to_save",
        path,
        \.loraModulesToSave,
        "Embeddings, norms or head trained as full copies."
      ),
      Setting(
        "\(group).use_rslora",
        path,
        \.useRslora,
        "Scale the adapter by alpha over the root of its rank."
      ),
      Setting(
        "\(group).use_dora",
        path,
        \.useDora,
        "Train magnitude and direction of the weights apart."
      ),
    ]
  }

  /// The lines of a preference loss, TRL's names.
  static func preference(_ group: String, _ path: GroupPath<PreferenceGroup>) -> [Setting] {
    [
      Setting(
        "\(group).beta",
        path,
        \.beta,
        range: .atLeast(0),
        "Strength of the pull toward the reference."
      ),
      Setting("\(group).loss_type", path, \.lossType, "Losses that are added up."),
      Setting(
        "\(group).loss_weights",
        path,
        \.lossWeights,
        "Weight of each loss; none means 1 each."
      ),
      Setting(
        "\(group).label_smoothing",
        path,
        \.labelSmoothing,
        range: .within(0, 0.5),
        "Assumed share of swapped labels."
      ),
    ] + divergence(group, path) + lossDetails(group, path)
  }

  private static func divergence(
    _ group: String,
    _ path: GroupPath<PreferenceGroup>
  ) -> [Setting] {
    [
      Setting(
        "\(group).f_divergence_type",
        path,
        \.fDivergenceType,
        "Divergence that keeps the policy near the reference."
      ),
      Setting(
        "\(group).f_alpha_divergence_coef",
        path,
        \.fAlphaDivergenceCoef,
        "Alpha of alpha_divergence."
      ),
      Setting(
        "\(group).ld_alpha",
        path,
        \.ldAlpha,
        range: .within(0, 1),
        "Weight of tokens beyond the pair's shorter answer (LD-DPO)."
      ),
      Setting(
        "\(group).use_weighting",
        path,
        \.useWeighting,
        "Weight pairs by how likely the policy writes them (WPO)."
      ),
    ]
  }

  private static func lossDetails(
    _ group: String,
    _ path: GroupPath<PreferenceGroup>
  ) -> [Setting] {
    [
      Setting(
        "\(group).discopop_tau",
        path,
        \.discopopTau,
        range: .above(0),
        "Temperature of discopop's blend."
      ),
      Setting(
        "\(group).simpo_gamma",
        path,
        \.simpoGamma,
        range: .atLeast(0),
        "Target margin of simpo."
      ),
      Setting(
        "\(group).dpop_lambda",
        path,
        \.dpopLambda,
        range: .atLeast(0),
        "Weight of dpop's penalty on less likely chosen answers."
      ),
      Setting(
        "\(group).desirable_weight",
        path,
        \.desirableWeight,
        range: .atLeast(0),
        "Factor of desirable rows' losses (kto)."
      ),
      Setting(
        "\(group).undesirable_weight",
        path,
        \.undesirableWeight,
        range: .atLeast(0),
        "Factor of undesirable rows' losses (kto)."
      ),
      Setting(
        "\(group).reference_cache",
        path,
        \.referenceCache,
        hasEffect: false,
        "Keep the reference's log-probabilities in the user's cache."
      ),
    ]
  }
}

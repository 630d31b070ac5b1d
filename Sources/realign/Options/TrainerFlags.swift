import ArgumentParser
import RealignPipeline

/// Hyper-parameters of a trainer, with TRL's names; the table of settings checks the values.
struct TrainerFlags: ParsableArguments {
  @Option(parsing: .unconditional, help: .trainer("learning_rate"))
  var learningRate: String?
  @Option(parsing: .unconditional, help: .trainer("num_train_epochs"))
  var numTrainEpochs: String?
  @Option(parsing: .unconditional, help: .trainer("max_steps"))
  var maxSteps: String?
  @Option(parsing: .unconditional, help: .trainer("per_device_train_batch_size"))
  var perDeviceTrainBatchSize: String?
  @Option(parsing: .unconditional, help: .trainer("gradient_accumulation_steps"))
  var gradientAccumulationSteps: String?
  @Flag(help: .trainer("gradient_checkpointing"))
  var gradientCheckpointing = false
  @Option(help: .trainer("lr_scheduler_type"))
  var lrSchedulerType: String?
  @Option(parsing: .unconditional, help: .trainer("warmup_ratio"))
  var warmupRatio: String?
  @Option(parsing: .unconditional, help: .trainer("warmup_steps"))
  var warmupSteps: String?
  @Option(parsing: .unconditional, help: .trainer("weight_decay"))
  var weightDecay: String?
  @Option(parsing: .unconditional, help: .trainer("max_grad_norm"))
  var maxGradNorm: String?
  @Option(parsing: .unconditional, help: .trainer("adam_beta1"))
  var adamBeta1: String?
  @Option(parsing: .unconditional, help: .trainer("adam_beta2"))
  var adamBeta2: String?
  @Option(parsing: .unconditional, help: .trainer("adam_epsilon"))
  var adamEpsilon: String?
  @Option(parsing: .unconditional, help: .trainer("max_length"))
  var maxLength: String?
  @Option(parsing: .unconditional, help: .trainer("logging_steps"))
  var loggingSteps: String?
  @Option(parsing: .unconditional, help: .trainer("eval_steps"))
  var evalSteps: String?
  @Option(parsing: .unconditional, help: .trainer("save_steps"))
  var saveSteps: String?
  @Option(parsing: .unconditional, help: .trainer("save_total_limit"))
  var saveTotalLimit: String?
  @Option(parsing: .unconditional, help: .trainer("early_stopping_patience"))
  var earlyStoppingPatience: String?
  @Flag(help: "Take the rows in file order.")
  var noShuffle = false
  @Option(parsing: .unconditional, help: .trainer("lora_r"))
  var loraR: String?
  @Option(parsing: .unconditional, help: .trainer("lora_alpha"))
  var loraAlpha: String?
  @Option(parsing: .unconditional, help: .trainer("lora_dropout"))
  var loraDropout: String?
  @Option(parsing: .upToNextOption, help: .trainer("lora_target_modules"))
  var loraTargetModules: [String] = []
  @Option(parsing: .upToNextOption, help: .trainer("lora_modules_to_save"))
  var loraModulesToSave: [String] = []
  @Flag(help: .trainer("use_rslora"))
  var useRslora = false
  @Flag(help: .trainer("use_dora"))
  var useDora = false
  @Flag(help: .trainer("full"))
  var full = false
  @Option(help: .trainer("base_dtype"))
  var baseDtype: String?
  @Flag(help: .trainer("shard_base"))
  var shardBase = false

  /// The flags given, as settings of a group.
  func flags(group: String) -> [FlagValue] {
    let options: [(String, String?)] = [
      ("learning_rate", learningRate),
      ("num_train_epochs", numTrainEpochs),
      ("max_steps", maxSteps),
      ("per_device_train_batch_size", perDeviceTrainBatchSize),
      ("gradient_accumulation_steps", gradientAccumulationSteps),
      ("gradient_checkpointing", gradientCheckpointing ? "true" : nil),
      ("lr_scheduler_type", lrSchedulerType),
      ("warmup_ratio", warmupRatio),
      ("warmup_steps", warmupSteps),
      ("weight_decay", weightDecay),
      ("max_grad_norm", maxGradNorm),
      ("adam_beta1", adamBeta1),
      ("adam_beta2", adamBeta2),
      ("adam_epsilon", adamEpsilon),
      ("max_length", maxLength),
      ("logging_steps", loggingSteps),
      ("eval_steps", evalSteps),
      ("save_steps", saveSteps),
      ("save_total_limit", saveTotalLimit),
      ("early_stopping_patience", earlyStoppingPatience),
      ("lora_r", loraR),
      ("lora_alpha", loraAlpha),
      ("lora_dropout", loraDropout),
      ("lora_target_modules", FlagValue.list(loraTargetModules)),
      ("lora_modules_to_save", FlagValue.list(loraModulesToSave)),
      ("use_rslora", useRslora ? "true" : nil),
      ("use_dora", useDora ? "true" : nil),
      ("full", full ? "true" : nil),
      ("base_dtype", baseDtype),
      ("shard_base", shardBase ? "true" : nil),
    ]
    var result = FlagValue.list(options, group: group)
    if noShuffle {
      result.append(FlagValue(key: group + ".shuffle", flag: "--no-shuffle", text: "false"))
    }
    return result
  }
}

/// The loss of preference optimisation, with TRL's names.
struct PreferenceFlags: ParsableArguments {
  @Option(parsing: .unconditional, help: .setting("optimize.beta"))
  var beta: String?
  @Option(parsing: .upToNextOption, help: .setting("optimize.loss_type"))
  var lossType: [String] = []
  @Option(parsing: .upToNextOption, help: .setting("optimize.loss_weights"))
  var lossWeights: [String] = []
  @Option(parsing: .unconditional, help: .setting("optimize.label_smoothing"))
  var labelSmoothing: String?
  @Option(help: .setting("optimize.f_divergence_type"))
  var fDivergenceType: String?
  @Option(parsing: .unconditional, help: .setting("optimize.f_alpha_divergence_coef"))
  var fAlphaDivergenceCoef: String?
  @Option(parsing: .unconditional, help: .setting("optimize.ld_alpha"))
  var ldAlpha: String?
  @Flag(help: .setting("optimize.use_weighting"))
  var useWeighting = false
  @Option(parsing: .unconditional, help: .setting("optimize.discopop_tau"))
  var discopopTau: String?
  @Option(parsing: .unconditional, help: .setting("optimize.simpo_gamma"))
  var simpoGamma: String?
  @Option(parsing: .unconditional, help: .setting("optimize.dpop_lambda"))
  var dpopLambda: String?
  @Option(parsing: .unconditional, help: .setting("optimize.desirable_weight"))
  var desirableWeight: String?
  @Option(parsing: .unconditional, help: .setting("optimize.undesirable_weight"))
  var undesirableWeight: String?
  @Flag(help: "Score the rows with the reference anew.")
  var noReferenceCache = false

  /// The flags given, as settings of a group.
  func flags(group: String) -> [FlagValue] {
    var result = FlagValue.list(
      [
        ("beta", beta),
        ("loss_type", FlagValue.list(lossType)),
        ("loss_weights", FlagValue.list(lossWeights)),
        ("label_smoothing", labelSmoothing),
        ("f_divergence_type", fDivergenceType),
        ("f_alpha_divergence_coef", fAlphaDivergenceCoef),
        ("ld_alpha", ldAlpha),
        ("use_weighting", useWeighting ? "true" : nil),
        ("discopop_tau", discopopTau),
        ("simpo_gamma", simpoGamma),
        ("dpop_lambda", dpopLambda),
        ("desirable_weight", desirableWeight),
        ("undesirable_weight", undesirableWeight),
      ],
      group: group
    )
    if noReferenceCache {
      result.append(
        FlagValue(key: group + ".reference_cache", flag: "--no-reference-cache", text: "false")
      )
    }
    return result
  }
}

extension FlagValue {
  /// The options that were given, under their kebab-case flags.
  static func list(_ options: [(name: String, text: String?)], group: String) -> [FlagValue] {
    options.compactMap { name, text in
      text.map {
        FlagValue(
          key: group + "." + name,
          flag: "--" + name.replacing("_", with: "-"),
          text: $0
        )
      }
    }
  }

  /// Several values as one text; nil without any.
  static func list(_ values: [String]) -> String? {
    values.isEmpty ? nil : values.joined(separator: ",")
  }
}

import RealignCitations
import RealignTraining

/// Hyper-parameters of one trainer, with TRL's names, meanings and defaults.
public struct TrainerGroup: Sendable, Equatable {
  /// Peak learning rate.
  public var learningRate: Double
  /// Updates of the run; 0 or less leaves it to the epochs.
  public var maxSteps = -1
  /// Passes over the rows.
  public var numTrainEpochs = 3.0
  /// Rows per micro-batch.
  public var perDeviceTrainBatchSize = 8
  /// Micro-batches per update, of each rank.
  public var gradientAccumulationSteps = 1
  /// Whether backward computes the blocks again, which saves memory.
  public var gradientCheckpointing = false
  /// Shape of the learning rate over the run.
  public var lrSchedulerType = LearningRateSchedule.linear
  /// Share of updates spent warming up; used when `warmupSteps` is 0.
  public var warmupRatio = 0.0
  /// Updates spent warming up.
  public var warmupSteps = 0
  /// Decoupled weight decay.
  public var weightDecay = 0.0
  /// Gradient norm above which gradients are scaled down; 0 switches clipping off.
  public var maxGradNorm = 1.0
  /// First-moment decay of AdamW.
  public var adamBeta1 = 0.9
  /// Second-moment decay of AdamW.
  public var adamBeta2 = 0.999
  /// Added outside the root in AdamW.
  public var adamEpsilon = 1e-8
  /// Longest row in tokens.
  public var maxLength = 1024
  /// Updates between two evaluations; 0 evaluates only at the end.
  public var evalSteps = 0
  /// Updates between two checkpoints; 0 saves only when interrupted.
  public var saveSteps = 500
  /// Checkpoints kept besides the best.
  public var saveTotalLimit = 2
  /// Updates between two log lines.
  public var loggingSteps = 10
  /// Evaluations without improvement before the run stops; 0 never stops early.
  public var earlyStoppingPatience = 0
  /// Whether rows are shuffled anew each epoch.
  public var shuffle = true
  /// Whether all weights are trained instead of an adapter.
  public var full = false
  /// How the weights beneath an adapter are kept in memory; read by the commands `sft` and `dpo`.
  public var baseDtype = BaseDtype.auto
  /// Whether the weights beneath an adapter are divided over ranks; read by the commands `sft` and
  /// `dpo`.
  public var shardBase = false
  /// Rank of the adapter.
  public var loraR = 16
  /// Numerator of the adapter's scale.
  public var loraAlpha = 32.0
  /// Probability that an adapter's input is dropped in training.
  public var loraDropout = 0.05
  /// Modules that get an adapter: names, one regular expression or `all-linear`; empty means PEFT's
  /// choice for Llama: `q_proj`, `v_proj`.
  public var loraTargetModules: [String] = []
  /// Whether the adapter's scale is α/√r instead of α/r.
  public var useRslora = false
  /// Whether magnitude and direction of the weights are trained apart.
  public var useDora = false
  /// Embeddings, norms or the output head, trained as full copies beside the adapter.
  public var loraModulesToSave: [String] = []

  /// TRL's defaults with a learning rate.
  public init(learningRate: Double) { self.learningRate = learningRate }
}

/// The loss of preference optimisation, with TRL's names.
public struct PreferenceGroup: Sendable, Equatable {
  /// Strength of the pull toward the reference.
  public var beta = 0.1
  /// Losses that are added up.
  public var lossType = ["sigmoid"]
  /// Weight of each loss; empty means 1 each.
  public var lossWeights: [Double] = []
  /// Assumed share of swapped labels.
  public var labelSmoothing = 0.0
  /// Divergence that keeps the policy near the reference.
  public var fDivergenceType = FDivergence.Kind.reverseKL
  /// α of the alpha divergence.
  public var fAlphaDivergenceCoef = 0.5
  /// Weight of the tokens beyond the pair's shorter answer; nil means 1.
  public var ldAlpha: Double?
  /// Whether pairs are weighted by how likely the policy is to write them (WPO).
  public var useWeighting = false
  /// Temperature of the `discopop` blend.
  public var discopopTau = 0.05
  /// Target margin of `simpo`.
  public var simpoGamma = 0.5
  /// Weight of the penalty of `dpop`.
  public var dpopLambda = 50.0
  /// Factor of desirable rows' losses, for rows with a label.
  public var desirableWeight = 1.0
  /// Factor of undesirable rows' losses, for rows with a label.
  public var undesirableWeight = 1.0
  /// Whether the reference's log-probabilities are kept in the user's cache between runs.
  public var referenceCache = true

  /// TRL's defaults.
  public init() {}
}

/// Stage 1: instruction fine-tuning of the base model.
public struct SFTStageSettings: Sendable, Equatable {
  /// Whether the base model is accepted as it is.
  public var skip = false
  /// Share of the rows held out, split by entity.
  public var heldOutFraction = 0.1
  /// Whether of rows of messages only what the assistant says is trained on.
  public var assistantOnlyLoss = false
  /// Hyper-parameters.
  public var trainer = TrainerGroup(learningRate: 2e-5)

  /// The defaults.
  public init() {}
}

/// Stage 2: claim records and preference pairs.
public struct CollectStageSettings: Sendable, Equatable {
  /// Responses sampled from the model per question.
  public var samplesPerQuestion = 4
  /// Sampling temperature.
  public var temperature = 0.8
  /// Smallest probability mass that is kept in sampling.
  public var topP = 1.0
  /// Most new tokens of a response.
  public var maxNewTokens = 64
  /// Passages given with a question.
  public var passagesPerQuestion = 3
  /// Share of entities held out for development.
  public var devFraction = 0.1
  /// Share of entities held out for the final test.
  public var testFraction = 0.2
  /// Most pairs that are kept; 0 keeps all.
  public var maxPairs = 0
  /// Share of the training entities kept from stage 3 for the samples of stages 5 and 6; 0 shares
  /// them all.
  public var reservedShare = 0.2

  /// The defaults.
  public init() {}
}

/// Stage 3: answers with citations.
public struct CiteStageSettings: Sendable, Equatable {
  /// The citation format.
  public var format = CitationFormat.inline
  /// Share of answerable training prompts answered with a quotation of the passage.
  public var quoteShare = 0.0
  /// Loss weight of citation markers; they are few, and the answer hangs on them.
  public var markerWeight = 4.0
  /// Share of rows that keep earlier abilities.
  public var replayShare = 0.15
  /// Share of rows whose passages were made for the purpose.
  public var generatedShare = 0.0
  /// Share of rows that decline without passages.
  public var closedBookRefusalShare = 0.05
  /// Share of unanswerable prompts among those with retrieved passages.
  public var unanswerableShare = 0.3
  /// Hyper-parameters.
  public var trainer = TrainerGroup(learningRate: 2e-5)

  /// The defaults.
  public init() {}
}

/// Stage 4: the hallucination detector.
public struct DetectStageSettings: Sendable, Equatable {
  /// Detectors that are combined, by name.
  public var detectors = [
    "verifier", "citation", "mean_nll", "max_nll", "max_entropy", "self_consistency", "probe",
  ]
  /// Highest false-positive rate at the frozen threshold.
  public var maxFalsePositiveRate = 0.05
  /// Responses sampled for self-consistency.
  public var samples = 4
  /// Sampling temperature of self-consistency.
  public var temperature = 1.0

  /// The defaults.
  public init() {}
}

/// Stage 5: preference optimisation under a KL budget.
public struct OptimizeStageSettings: Sendable, Equatable {
  /// Highest KL to the reference, nats per token.
  public var klBudget = 0.1
  /// Whether weights are interpolated toward the reference when the budget is exceeded.
  public var interpolate = true
  /// Which state of a round is kept.
  public var keepBest = KeptState.budget
  /// Attempts, each gentler, while the KL leaves its budget.
  public var maxAttempts = 3
  /// Training prompts sampled for on-policy pairs.
  public var prompts = 1000
  /// Pairs with typed corruptions mixed in.
  public var corruptionPairs = 200
  /// Share of the corruption pairs that are invented answers to unanswerable prompts.
  public var inventedShare = 0.5
  /// Weight of wrongly declined pairs, as a multiple of the invented ones.
  public var refusalGuard = 0.5

  /// Which state of a round is kept.
  public enum KeptState: String, NamedChoice {
    /// The largest held-out margin among states within the KL budget.
    case budget
    /// The last state, whatever its KL.
    case last
  }

  /// The loss.
  public var preference = PreferenceGroup()
  /// Hyper-parameters.
  public var trainer = TrainerGroup(learningRate: 1e-6)

  /// The defaults.
  public init() {}
}

/// Stage 6: targeted rounds.
public struct IterateStageSettings: Sendable, Equatable {
  /// Most rounds; 0 skips the stage's training.
  public var maxIterations = 3
  /// Smallest change of the hallucination rate that counts as improvement.
  public var tolerance = 0.01
  /// Pairs added per error cluster.
  public var pairsPerCluster = 64

  /// The defaults.
  public init() {}
}

/// Stage 7: the untouched test set.
public struct EvaluateStageSettings: Sendable, Equatable {
  /// Capability suites: files, in order.
  public var suites: [String] = []
  /// Most new tokens of a response.
  public var maxNewTokens = 64
  /// Responses decoded at the same time.
  public var batchSize = 32
  /// Prompts on which KL is measured; half task, half neutral.
  public var klPrompts = 128
  /// Bootstrap resamples of an interval.
  public var bootstrapResamples = 2000

  /// The defaults.
  public init() {}
}

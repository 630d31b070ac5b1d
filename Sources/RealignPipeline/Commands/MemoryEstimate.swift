import RealignModels
import RealignNumerics
import RealignText

/// About how much memory a command needs, from sizes alone; bytes.
struct MemoryEstimate: Sendable, Equatable {
  /// The weights of all models, in the precision they are kept in.
  var weights: Int
  /// Gradients and both moments of what is trained, and the adapters.
  var trainingState = 0
  /// What passes keep at their largest, the vocabulary projection included.
  var activations = 0
  /// Keys and values of sequences being continued.
  var cache = 0
  /// Whether there are ranks that could divide frozen weights, and do not.
  var couldDivide = false

  /// Code, tokenizer, rows and packed parts of matrices.
  static let program = 64 << 20

  /// All of it.
  var total: Int { weights + trainingState + activations + cache + Self.program }

  /// Tokens of a pass.
  struct Pass: Sendable, Equatable {
    /// Packed tokens.
    var rows: Int
    /// Those whose probability is wanted.
    var targets: Int
  }

  /// The passes of a training.
  struct Passes: Sendable {
    /// The largest micro-batch.
    var training: Pass
    /// The largest pass over held-out rows, made while the training's activations stay.
    var evaluation: Pass?
    /// The largest pass of the reference, before the training.
    var reference: Pass?
    /// The pass that policy and reference make to be compared, before the training.
    var check: Pass?
    /// Whether backward computes the blocks again.
    var recomputes = false
    /// Gradients of all parameters that are held at a time.
    var gradientBuffers = 1
    /// Ranks that share the moments where all weights are trained.
    var ranks = 1
  }

  /// A training.
  ///
  /// - Parameters:
  ///   - model: The model with its adapters in place.
  ///   - passes: Sizes of its passes.
  init(model: LanguageModel, passes: Passes) {
    let needs = MemoryNeeds(model)
    func bytes(_ pass: Pass?, _ purpose: MemoryNeeds.Purpose = .inference) -> Int {
      pass.map { needs.pass(rows: $0.rows, targets: $0.targets, for: purpose) } ?? 0
    }
    let values = 4 * model.trainable.layout.count
    let adapters = model.adapter == nil ? 0 : values
    weights = needs.weights(model.weights.type, ranks: model.weights.ranks)
    let moments = 2 * (model.adapter == nil ? values / passes.ranks : values)
    couldDivide = passes.ranks > 1 && model.adapter != nil && model.weights.ranks == 1
    trainingState = adapters + passes.gradientBuffers * values + moments
    activations =
      bytes(passes.training, .training(recomputes: passes.recomputes)) + bytes(passes.evaluation)
    // What comes before the training is over when gradients and moments are made.
    let before = max(bytes(passes.reference), 2 * bytes(passes.check))
    if adapters + before > trainingState + activations {
      (trainingState, activations) = (adapters, before)
    }
  }

  /// Passes over rows without training: every model keeps its activations.
  init(models: [LanguageModel], rows: Int) {
    weights = 0
    for model in models {
      let needs = MemoryNeeds(model)
      weights += needs.weights(model.weights.type)
      activations += needs.pass(rows: rows, targets: rows, for: .inference)
    }
  }

  /// Generation.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - prompts: Lengths of the prompts.
  ///   - newTokens: Most new tokens of a response.
  ///   - batchSize: Responses at the same time.
  init(model: LanguageModel, prompts: [Int], newTokens: Int, batchSize: Int) {
    let needs = MemoryNeeds(model)
    let sequences = min(batchSize, prompts.count)
    let longest = prompts.sorted(by: >).prefix(sequences)
    weights = needs.weights(model.weights.type)
    cache = needs.cache(sequences: sequences, positions: (longest.first ?? 0) + newTokens)
    // The prompts admitted together are one pass; logits are those of their last tokens.
    activations = needs.pass(rows: longest.reduce(0, +), targets: sequences, for: .inference)
  }

  /// The weights of a model before they are read.
  init(weightsOf configuration: ModelConfiguration, type: ScalarType, ranks: Int = 1) {
    weights = MemoryNeeds(configuration).weights(type, ranks: ranks)
  }

  /// Says what will be needed, warns when less is free now, and refuses what the machine cannot
  /// hold at all.
  ///
  /// - Throws: `InputError` of kind `badConfiguration`.
  func report(
    _ progress: any ProgressReporter,
    baseType: ScalarType,
    limits: MemoryLimits = .current
  ) throws {
    progress.detail("memory: about \(Count.bytes(total)) (\(parts))")
    try require(baseType: baseType, limits: limits)
    if total > limits.available {
      progress.warn(
        "about \(Count.bytes(total)) of memory will be needed and "
          + "\(Count.bytes(limits.available)) are free now; \(hint(baseType))"
      )
    }
  }

  /// Refuses what exceeds the machine's memory, or what its control group allows.
  ///
  /// What is free at the moment has no say in it, so that a command is refused always or never.
  ///
  /// - Parameter baseType: The choice of `--base-dtype`, nil for commands without it.
  /// - Throws: `InputError` of kind `badConfiguration`.
  func require(baseType: ScalarType?, limits: MemoryLimits = .current) throws {
    guard total > limits.capacity else { return }
    throw InputError(
      .badConfiguration,
      "not enough memory",
      found: Count.bytes(limits.capacity),
      expected: "about \(Count.bytes(total)) (\(parts))",
      hint: hint(baseType)
    )
  }

  private var parts: String {
    let parts = [
      ("weights", weights), ("training state", trainingState), ("activations", activations),
      ("key-value cache", cache), ("program", Self.program),
    ]
    return parts.filter { $0.1 > 0 }.map { "\($0.0) \(Count.bytes($0.1))" }.joined(separator: ", ")
  }

  private func hint(_ baseType: ScalarType?) -> String {
    var ways: [String] = []
    if baseType == .f32 { ways.append("--base-dtype bf16 halves frozen weights") }
    if couldDivide { ways.append("--shard-base divides frozen weights over the ranks") }
    if trainingState > 0 {
      ways.append("--gradient-checkpointing keeps less for backward")
      ways.append("lower per_device_train_batch_size or max_length")
    } else if cache > 0 {
      ways.append("lower --batch-size or --max-new-tokens")
    }
    return ways.isEmpty ? "choose a smaller model" : ways.joined(separator: "; ")
  }
}

extension MemoryEstimate.Pass {
  /// The most packed tokens and the most targets of the passes that take rows of these sizes; nil
  /// without rows.
  init?(largestOf rows: [MemoryEstimate.Pass]) {
    let passes = LanguageModel.passes(
      rows.map(\.rows),
      rowsPerPass: LanguageModel.defaultRowsPerPass
    )
    guard !passes.isEmpty else { return nil }
    func largest(_ size: (MemoryEstimate.Pass) -> Int) -> Int {
      passes.map { rows[$0].reduce(0) { $0 + size($1) } }.max() ?? 0
    }
    self.init(rows: largest(\.rows), targets: largest(\.targets))
  }
}

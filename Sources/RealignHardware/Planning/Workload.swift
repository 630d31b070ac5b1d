import RealignText

/// What is to be done: a model, a task and how much of it.
public struct Workload: Sendable, Equatable {
  /// The kind of work.
  public enum Task: String, Sendable, CaseIterable {
    /// Log-probabilities; also judging, evaluating and curating: examples are independent.
    case scoring
    /// Preference training; an example is a pair.
    case training
  }

  /// What is trained.
  public enum Method: Sendable, Equatable {
    /// Adapters of a rank on all linear layers.
    case lora(rank: Int)
    /// All weights.
    case full
  }

  /// Weights of the model.
  public var parameters: Int
  /// How they are kept.
  public var format: WeightFormat
  /// The kind of work.
  public var task: Task
  /// What is trained; of no meaning in scoring.
  public var method: Method
  /// Whether a second copy of the weights stays in memory as reference, where all weights are
  /// trained; its log-probabilities can be computed before instead.
  public var keepsReference: Bool
  /// Examples in all.
  public var examples: Int
  /// Tokens of an example, for memory; also for time where `isLengthGiven`.
  public var sequenceLength: Int
  /// Whether rates are converted from the lengths they were measured with.
  public var isLengthGiven: Bool
  /// Examples at a time on a machine; nil leaves the choice to the plan.
  public var batchSize: Int?
  /// Examples of an update in training, over all machines.
  public var globalBatchSize: Int
  /// Whether gradients must be the same everywhere after each update.
  public var isSynchronized: Bool

  /// A workload; without a length 512 tokens are taken for memory, and gradients are synchronised
  /// where nothing is said and the task is training.
  public init(
    parameters: Int,
    format: WeightFormat,
    task: Task,
    method: Method = .lora(rank: 16),
    keepsReference: Bool = false,
    examples: Int = 10_000,
    sequenceLength: Int? = nil,
    batchSize: Int? = nil,
    globalBatchSize: Int = 32,
    isSynchronized: Bool? = nil
  ) {
    precondition(parameters > 0, "\(parameters) parameters")
    precondition(examples > 0, "\(examples) examples")
    precondition(globalBatchSize > 0, "a global batch of \(globalBatchSize)")
    self.parameters = parameters
    self.format = format
    self.task = task
    self.method = method
    self.keepsReference = keepsReference
    self.examples = examples
    self.sequenceLength = sequenceLength ?? 512
    isLengthGiven = sequenceLength != nil
    self.batchSize = batchSize
    self.globalBatchSize = globalBatchSize
    self.isSynchronized = isSynchronized ?? (task == .training)
  }

  /// Refuses what cannot be done on any machine.
  ///
  /// - Throws: `InputError` of kind `usage`: quantized weights cannot all be trained, and scoring
  ///   has no gradients to synchronise.
  public func check() throws {
    if task == .training, method == .full, format.isQuantized {
      throw InputError(
        .usage,
        "quantized weights cannot all be trained",
        field: "--dtype",
        found: format.rawValue,
        expected: "fp32, bf16 or fp16 with --full",
        hint: "--lora trains adapters on quantized weights"
      )
    }
    if task == .scoring, isSynchronized {
      throw InputError(
        .usage,
        "scoring has no gradients to synchronise",
        field: "--sync",
        hint: "--task training"
      )
    }
  }

  /// Bytes of the gradients that nodes exchange after each update: single precision for adapters,
  /// that of the weights otherwise.
  public var gradientBytes: Double {
    let demand = MemoryDemand(self, batchSize: 1)
    return demand.gradients
  }

  /// What is done with what: `training (LoRA) of 30B int4`.
  public var name: String {
    let model = "\(ParameterCount.text(parameters)) \(format.rawValue)"
    return "\(taskName) of \(model)"
  }

  /// `scoring`, `training (LoRA)` or `training (full)`.
  var taskName: String {
    switch (task, method) {
    case (.scoring, _): "scoring"
    case (.training, .lora): "training (LoRA)"
    case (.training, .full): "training (full)"
    }
  }
}

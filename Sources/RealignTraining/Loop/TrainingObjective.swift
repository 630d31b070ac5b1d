import RealignModels
import RealignNumerics

/// What a loop needs from a loss over rows: micro-batch gradients and a held-out evaluation.
public protocol TrainingObjective {
  /// Training rows.
  var rowCount: Int { get }

  /// What the gradients of one update are divided by: trained tokens, or pairs.
  func normalizer(_ rows: [Int]) -> Double

  /// Adds the gradients of a micro-batch, already divided by `normalizer`.
  ///
  /// - Returns: Metrics of the micro-batch; `loss` among them.
  func accumulate(_ rows: [Int], normalizer: Double, in context: StepContext) throws -> MetricSums

  /// Metrics over the held-out rows, names with the prefix `eval_`; empty without held-out rows.
  ///
  /// - Parameter group: Ranks that share out the rows; the metrics have the same bits for any number
  ///   of them, on all.
  func evaluate(_ model: LanguageModel, over group: any ProcessGroup) throws -> MetricSums
}

extension TrainingObjective {
  /// Metrics over the held-out rows, measured by this process alone.
  public func evaluate(_ model: LanguageModel) throws -> MetricSums {
    try evaluate(model, over: SingleProcess())
  }
}

/// A loss against a reference model that scored all rows beforehand.
public protocol ReferencedObjective: TrainingObjective {
  /// Whether the reference had to score no row, since the results were in the cache.
  var hasStoredReference: Bool { get }
}

/// What a micro-batch works on.
public struct StepContext {
  /// The model in training.
  public let model: LanguageModel
  /// Receives gradients.
  public let gradients: Gradients
  /// Reused between steps.
  public let activations: Activations
  /// Dropout of this micro-batch.
  public let randomness: StepRandomness
}

/// What happens during a run, for progress lines and logs.
public enum TrainingEvent: Sendable {
  /// An update is done: (updates so far, updates in all, loss of the update).
  case step(Int, of: Int, loss: Double)
  /// A log line: metric names and values.
  case log(step: Int, metrics: [(name: String, value: Double)])
  /// A checkpoint was written.
  case saved(step: Int, path: String)
  /// The run stopped early for a reason.
  case stoppedEarly(step: Int, reason: String)
}

/// The verdict of a caller's own evaluation at a step.
public struct StepVerdict: Sendable {
  /// Further metrics to log.
  public var metrics: [(name: String, value: Double)]
  /// Higher is better; nil means this state may not be kept as the best.
  public var score: Double?
  /// A reason to stop now.
  public var stopReason: String?

  /// Creates a verdict.
  public init(
    metrics: [(name: String, value: Double)] = [],
    score: Double?,
    stopReason: String? = nil
  ) {
    self.metrics = metrics
    self.score = score
    self.stopReason = stopReason
  }
}

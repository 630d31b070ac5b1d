import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// The one loop of all trainers: windows, micro-batches, clipping, AdamW, logs, evaluation,
/// checkpoints.
///
/// Everything that matters to the result is a function of (seed, step), so a run that was
/// interrupted and resumed has the bits of one that was not.
public struct TrainingLoop {
  /// Hyper-parameters.
  public var settings: TrainerSettings
  /// Where checkpoints and `metrics.jsonl` go; nil keeps nothing on disk.
  public var directory: String?
  /// Whether a checkpoint in `directory` is continued.
  public var resumes = false
  /// Identifies rows, settings and starting weights; a checkpoint with another digest is refused.
  public var digest = ""
  /// Receives what happens.
  public var onEvent: (TrainingEvent) -> Void = { _ in }
  /// Asked after every update; true writes a checkpoint and throws `.interrupted`.
  public var shouldStop: () -> Bool = { false }
  /// Replaces the held-out loss as the judge of checkpoints.
  public var judge: ((_ step: Int, LanguageModel, MetricSums) throws -> StepVerdict)?

  /// Creates a loop.
  public init(settings: TrainerSettings) { self.settings = settings }

  /// What a finished run says of itself.
  public struct Outcome: Sendable {
    /// Updates done.
    public var steps: Int
    /// Metrics of the last log line.
    public var lastMetrics: [(name: String, value: Double)]
    /// Metrics of the last held-out evaluation.
    public var lastEvaluation: [(name: String, value: Double)]
    /// Step whose state was kept, when evaluations chose one.
    public var bestStep: Int?
    /// Score of the kept state.
    public var bestScore: Double?
    /// Why the run stopped before its last update.
    public var stopReason: String?
  }

  /// Trains `model.trainable` in place; with evaluations, ends on the best state seen.
  public func run(_ objective: some TrainingObjective, model: LanguageModel) throws -> Outcome {
    try settings.validate()
    guard objective.rowCount > 0 else {
      throw InputError(.badData, "no rows to train on")
    }
    var state = try RunState(loop: self, rowCount: objective.rowCount, model: model)
    if state.step == 0 { try state.evaluate(objective, isFinal: false) }
    while state.step < state.total, state.stopReason == nil {
      try state.update(objective)
      if state.isEvaluationDue { try state.evaluate(objective, isFinal: false) }
      let isStopped = shouldStop() && state.step < state.total
      if state.isSaveDue || isStopped { try state.save() }
      if isStopped { throw TrainingError.interrupted(step: state.step) }
    }
    return try state.finish(objective)
  }
}

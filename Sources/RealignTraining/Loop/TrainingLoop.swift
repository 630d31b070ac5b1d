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
  /// The ranks that train together.
  ///
  /// Every one of them runs the loop, with the same settings, rows and weights, and returns the same
  /// outcome. The first one writes files and reports.
  public var group: any ProcessGroup = SingleProcess()
  /// Most seconds of work that are lost with a rank, where there is a directory.
  ///
  /// A checkpoint besides those of `TrainerSettings.saveSteps` is written when the last one is older;
  /// with one process none.
  public var extraSaveInterval = 600.0
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
  ///
  /// - Throws: `TrainingError`; `InputError` for settings, rows and files, on all ranks but the one
  ///   concerned as `SharedFailure`.
  public func run(_ objective: some TrainingObjective, model: LanguageModel) throws -> Outcome {
    try settings.validate()
    guard objective.rowCount > 0 else {
      throw InputError(.badData, "no rows to train on")
    }
    var state = try RunState(loop: self, rowCount: objective.rowCount, model: model)
    do {
      return try run(&state, objective)
    } catch let error as ProcessGroupError {
      throw TrainingError.rankLost(
        checkpoint: state.rescue(),
        detail: ProcessGroups.explanation(of: error)
      )
    }
  }

  private func run(
    _ state: inout RunState,
    _ objective: some TrainingObjective
  ) throws -> Outcome {
    if state.step == 0 { try state.evaluate(objective, isFinal: false) }
    while state.step < state.total, state.stopReason == nil {
      try state.update(objective)
      if state.isEvaluationDue { try state.evaluate(objective, isFinal: false) }
      state.settle()
      let isStopped = try group.agree(shouldStop()) && state.step < state.total
      let isExtraWanted = try group.agree(state.wantsExtraSave)
      if state.isSaveDue || isStopped {
        try state.save()
      } else if isExtraWanted {
        try state.save(isExtra: true)
      }
      if isStopped { throw TrainingError.interrupted(step: state.step) }
    }
    return try state.finish(objective)
  }
}

import RealignModels
import RealignNumerics
import RealignText

extension RunState {
  var isEvaluationDue: Bool {
    loop.settings.evalSteps > 0 && step % loop.settings.evalSteps == 0 && step < total
  }

  /// Measures the held-out rows and keeps the state if it is the best.
  mutating func evaluate(_ objective: some TrainingObjective, isFinal: Bool) throws {
    guard lastEvaluatedStep != step else { return }
    lastEvaluatedStep = step
    let measured = try objective.evaluate(model, over: group)
    var metrics = measured.means
    var verdict = StepVerdict(score: measured["eval_loss"].map { -$0 })
    if let judge = loop.judge {
      // Every rank asks, since a judge may pass through a model that is divided; one answer counts.
      let own = try judge(step, model, measured)
      verdict = StepVerdict(json: try group.fromFirst { own.json }) ?? own
      metrics += verdict.metrics
    }
    guard !metrics.isEmpty else { return }
    lastEvaluation = metrics
    try appendToLog(metrics)
    report(.log(step: step, metrics: metrics))
    if let score = verdict.score, score.isFinite, bestScore.map({ score > $0 }) ?? true {
      bestScore = score
      try best.keep(optimizer.parameters, step: step)
      evaluationsWithoutGain = 0
    } else if step > 0 {
      evaluationsWithoutGain += 1
    }
    let patience = loop.settings.earlyStoppingPatience
    if let reason = verdict.stopReason {
      stopReason = reason
    } else if patience > 0, evaluationsWithoutGain >= patience {
      stopReason = "no gain in \(evaluationsWithoutGain) evaluations"
    }
    if let stopReason, !isFinal {
      report(.stoppedEarly(step: step, reason: stopReason))
    }
  }

  /// Last evaluation, and return to the best state where one was chosen.
  mutating func finish(_ objective: some TrainingObjective) throws -> TrainingLoop.Outcome {
    try evaluate(objective, isFinal: true)
    if best.step != step { try best.restore(into: optimizer.parameters) }
    removeExtraSave()
    return TrainingLoop.Outcome(
      steps: step,
      lastMetrics: lastMetrics,
      lastEvaluation: lastEvaluation,
      bestStep: best.step,
      bestScore: bestScore,
      stopReason: stopReason
    )
  }
}

extension StepVerdict {
  /// All of it, with the very bits.
  fileprivate var json: JSONValue {
    [
      "names": .array(metrics.map { .string($0.name) }),
      "values": JSONValue(exactly: metrics.map(\.value)),
      "score": JSONValue(exactly: score.map { [$0] } ?? []),
      "stop": stopReason.map { .string($0) } ?? .null,
    ]
  }

  /// Reads `json` back; nil when it is not such a record.
  fileprivate init?(json: JSONValue) {
    guard let names = json["names"]?.arrayValue, let values = json["values"]?.exactDoubles,
      names.count == values.count, let score = json["score"]?.exactDoubles
    else { return nil }
    self.init(
      metrics: zip(names, values).map { ($0.stringValue ?? "", $1) },
      score: score.first,
      stopReason: json["stop"]?.stringValue
    )
  }
}

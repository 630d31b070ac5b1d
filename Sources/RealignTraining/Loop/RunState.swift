import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// The moving parts of a run between two updates.
struct RunState {
  let loop: TrainingLoop
  let model: LanguageModel
  let total: Int
  private let warmup: Int
  private let optimizer: AdamWState
  private let gradients: Gradients
  private let activations: Activations
  private let log: RunLog
  private var windows: WindowSequence
  private(set) var step = 0
  private(set) var stopReason: String?
  private var sums = MetricSums()
  private var trainedTokens = 0
  private var skippedUpdates = 0
  private var bestScore: Double?
  private var best: BestState
  private var evaluationsWithoutGain = 0
  private var lastMetrics: [(name: String, value: Double)] = []
  private var lastEvaluation: [(name: String, value: Double)] = []
  private var lastEvaluatedStep = -1
  private var windowStart = Date()
  private var windowTokens = 0

  init(loop: TrainingLoop, rowCount: Int, model: LanguageModel) throws {
    self.loop = loop
    self.model = model
    let settings = loop.settings
    total = settings.totalSteps(rows: rowCount)
    warmup = settings.warmup(total: total)
    optimizer = AdamWState(model.trainable, settings: settings)
    gradients = Gradients(for: model)
    best = BestState(directory: loop.directory)
    activations = Activations(recomputes: settings.gradientCheckpointing)
    windows = WindowSequence(
      order: DataOrder(count: rowCount, seed: settings.seed, shuffles: settings.shuffle),
      settings: settings
    )
    var logBytes = 0
    var restored: TrainingCheckpoint?
    if let directory = loop.directory {
      try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: true
      )
      if loop.resumes {
        restored = try TrainingCheckpoint.restoreNewest(
          from: directory,
          digest: loop.digest,
          optimizer: optimizer
        )
      }
      logBytes = restored?.logBytes ?? 0
    }
    log = try RunLog(
      path: loop.directory.map { $0 + "/metrics.jsonl" },
      resumingAt: logBytes
    )
    if let restored { try adopt(restored) }
  }

  private mutating func adopt(_ checkpoint: TrainingCheckpoint) throws {
    step = checkpoint.step
    sums = checkpoint.sums
    bestScore = checkpoint.bestScore
    evaluationsWithoutGain = checkpoint.evaluationsWithoutGain
    trainedTokens = checkpoint.trainedTokens
    skippedUpdates = checkpoint.skippedUpdates
    lastEvaluatedStep = 0
    if bestScore != nil { try best.find(count: optimizer.parameters.count) }
  }

  var isEvaluationDue: Bool {
    loop.settings.evalSteps > 0 && step % loop.settings.evalSteps == 0 && step < total
  }

  var isSaveDue: Bool {
    loop.settings.saveSteps > 0 && step % loop.settings.saveSteps == 0 && step < total
  }

  /// One update: all micro-batches of the window, clipping, AdamW.
  mutating func update(_ objective: some TrainingObjective) throws {
    let settings = loop.settings
    let microBatches = windows.microBatches(step: step)
    let normalizer = objective.normalizer(microBatches.flatMap { $0 })
    gradients.clear()
    var window = MetricSums()
    for (index, rows) in microBatches.enumerated() {
      let randomness = StepRandomness(
        seed: settings.seed,
        step: step * settings.gradientAccumulationSteps + index
      )
      window.add(
        try objective.accumulate(
          rows,
          normalizer: normalizer,
          in: StepContext(
            model: model,
            gradients: gradients,
            activations: activations,
            randomness: randomness
          )
        )
      )
    }
    let norm = gradients.trainable.sumOfSquares().squareRoot()
    let loss = window["loss"] ?? .nan
    let rate =
      settings.learningRate
      * settings.schedule.factor(step: step, warmup: warmup, total: total)
    step += 1
    if norm.isFinite, loss.isFinite {
      let scale = settings.maxGradNorm > 0 ? min(1, settings.maxGradNorm / (norm + 1e-6)) : 1
      optimizer.update(
        gradients: gradients.trainable,
        learningRate: rate,
        gradientScale: scale,
        step: step
      )
      skippedUpdates = 0
    } else {
      try skip(rows: microBatches.flatMap { $0 }, loss: loss, norm: norm)
    }
    finishStep(window, loss: loss, norm: norm, rate: rate)
    if step % settings.loggingSteps == 0 || step == total { try writeLog() }
  }

  private mutating func skip(rows: [Int], loss: Double, norm: Double) throws {
    skippedUpdates += 1
    guard skippedUpdates >= 3 else { return }
    throw TrainingError.diverged(
      step: step,
      detail: "loss \(loss), gradient norm \(norm), rows \(rows.prefix(8).map { $0 + 1 })"
    )
  }

  private mutating func finishStep(
    _ window: MetricSums,
    loss: Double,
    norm: Double,
    rate: Double
  ) {
    sums.add(window)
    sums.add("grad_norm", mean: norm, weight: 1)
    let tokens = Int(window.sum(of: "num_tokens_in_step") ?? 0)
    trainedTokens += tokens
    windowTokens += tokens
    sums.add("learning_rate", mean: rate, weight: 1)
    loop.onEvent(.step(step, of: total, loss: loss))
  }

  /// The log line of the window since the last one.
  private mutating func writeLog() throws {
    var metrics = sums.means.filter { $0.name != "num_tokens_in_step" }
    if let index = metrics.firstIndex(where: { $0.name == "learning_rate" }) {
      metrics[index].value =
        loop.settings.learningRate
        * loop.settings.schedule.factor(step: step - 1, warmup: warmup, total: total)
    }
    metrics.append(("num_tokens", Double(trainedTokens)))
    lastMetrics = metrics
    let seconds = Date().timeIntervalSince(windowStart)
    metrics.append(("tokens_per_second", seconds > 0 ? Double(windowTokens) / seconds : 0))
    metrics.append(("peak_rss_bytes", Double(MachineInformation.peakResidentBytes)))
    try log.append(step: step, metrics: metrics)
    loop.onEvent(.log(step: step, metrics: metrics))
    sums.clear()
    windowStart = Date()
    windowTokens = 0
  }

  /// Measures the held-out rows and keeps the state if it is the best.
  mutating func evaluate(_ objective: some TrainingObjective, isFinal: Bool) throws {
    guard lastEvaluatedStep != step else { return }
    lastEvaluatedStep = step
    let measured = try objective.evaluate(model)
    var metrics = measured.means
    var verdict = StepVerdict(score: measured["eval_loss"].map { -$0 })
    if let judge = loop.judge {
      verdict = try judge(step, model, measured)
      metrics += verdict.metrics
    }
    guard !metrics.isEmpty else { return }
    lastEvaluation = metrics
    try log.append(step: step, metrics: metrics)
    loop.onEvent(.log(step: step, metrics: metrics))
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
      loop.onEvent(.stoppedEarly(step: step, reason: stopReason))
    }
  }

  /// Writes a checkpoint of the state after the last update.
  mutating func save() throws {
    guard let directory = loop.directory else { return }
    let checkpoint = TrainingCheckpoint(
      step: step,
      digest: loop.digest,
      sums: sums,
      bestScore: bestScore,
      evaluationsWithoutGain: evaluationsWithoutGain,
      trainedTokens: trainedTokens,
      logBytes: log.bytes,
      skippedUpdates: skippedUpdates
    )
    let path = try checkpoint.save(
      to: directory,
      optimizer: optimizer,
      keep: loop.settings.saveTotalLimit
    )
    loop.onEvent(.saved(step: step, path: path))
  }

  /// Last evaluation, and return to the best state where one was chosen.
  mutating func finish(_ objective: some TrainingObjective) throws -> TrainingLoop.Outcome {
    try evaluate(objective, isFinal: true)
    if best.step != step { try best.restore(into: optimizer.parameters) }
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

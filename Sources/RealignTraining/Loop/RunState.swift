import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// The moving parts of a run between two updates, on each of its ranks.
///
/// Every rank has all parameters, counters and verdicts, with the same bits; the first one alone
/// has files and reports.
struct RunState {
  let loop: TrainingLoop
  let model: LanguageModel
  let total: Int
  private let warmup: Int
  let optimizer: AdamWState
  /// Whether each rank has the moments of its slice of the parameters only.
  let dividesMoments: Bool
  var gradients: GradientSum
  private let activations: Activations
  let log: RunLog
  private var windows: WindowSequence
  private(set) var step = 0
  var stopReason: String?
  private var sums = MetricSums()
  private var trainedTokens = 0
  private var skippedUpdates = 0
  var bestScore: Double?
  var best: BestState
  var evaluationsWithoutGain = 0
  private(set) var lastMetrics: [(name: String, value: Double)] = []
  var lastEvaluation: [(name: String, value: Double)] = []
  var lastEvaluatedStep = -1
  var saves: SaveHistory
  /// Whether all that belongs to the updates so far is done, so that a run may go on from here.
  private(set) var isSettled = false
  private var windowStart = Date()
  private var windowTokens = 0

  /// The ranks that train together.
  var group: any ProcessGroup { loop.group }

  init(loop: TrainingLoop, rowCount: Int, model: LanguageModel) throws {
    self.loop = loop
    self.model = model
    let (settings, group) = (loop.settings, loop.group)
    try Self.requireSameRun(loop)
    total = settings.totalSteps(rows: rowCount)
    warmup = settings.warmup(total: total)
    gradients = GradientSum(for: model, over: group)
    dividesMoments = try Self.dividesMoments(of: model, over: group)
    optimizer = AdamWState(
      model.trainable,
      slice: dividesMoments ? gradients.slices[group.rank] : nil,
      settings: settings
    )
    best = BestState(directory: loop.directory, group: group)
    activations = Activations(recomputes: settings.gradientCheckpointing)
    windows = WindowSequence(
      order: DataOrder(count: rowCount, seed: settings.seed, shuffles: settings.shuffle),
      settings: settings
    )
    var restored: TrainingCheckpoint?
    if let directory = loop.directory {
      _ = try group.onFirst {
        try FileManager.default.createDirectory(
          atPath: directory,
          withIntermediateDirectories: true
        )
      }
      if loop.resumes {
        restored = try TrainingCheckpoint.restoreNewest(
          from: directory,
          digest: loop.digest,
          optimizer: optimizer,
          group: group
        )
      }
    }
    saves = SaveHistory(resumedAt: restored?.step, interval: loop.extraSaveInterval)
    let path = group.isFirst ? loop.directory.map { $0 + "/metrics.jsonl" } : nil
    log = try group.together { try RunLog(path: path, resumingAt: restored?.logBytes ?? 0) }
    if let restored { try adopt(restored) }
  }

  /// Refuses ranks that were given something else than the first one.
  private static func requireSameRun(_ loop: TrainingLoop) throws {
    guard loop.group.size > 1 else { return }
    let digests = try loop.group.allGather(Array(loop.digest.utf8))
    guard let other = digests.firstIndex(where: { $0 != digests[0] }) else { return }
    throw InputError(
      .badData,
      "rank \(other) has other rows, settings or weights than rank 0",
      hint: "give all ranks the same files and flags"
    )
  }

  /// Whether each rank has a part of the moments only.
  ///
  /// All weights are many, and their moments twice as many, so they are divided; an adapter's are
  /// few, and every rank has all, so that the first one can save them when another is lost.
  /// Processors of different kinds may round differently: there one rank computes each parameter.
  private static func dividesMoments(
    of model: LanguageModel,
    over group: any ProcessGroup
  ) throws -> Bool {
    guard group.size > 1 else { return false }
    let kinds = try group.allGather(
      Array("\(MachineInformation.instructionSet) \(Matrix.kernelName)".utf8)
    )
    return model.adapter == nil || kinds.contains { $0 != kinds[0] }
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

  /// The state without its tensors.
  var checkpoint: TrainingCheckpoint {
    TrainingCheckpoint(
      step: step,
      digest: loop.digest,
      sums: sums,
      bestScore: bestScore,
      evaluationsWithoutGain: evaluationsWithoutGain,
      trainedTokens: trainedTokens,
      logBytes: log.bytes,
      skippedUpdates: skippedUpdates
    )
  }

  /// Tells the caller, on the first rank.
  func report(_ event: TrainingEvent) {
    if group.isFirst { loop.onEvent(event) }
  }

  /// Appends to the log of the first rank.
  func appendToLog(_ metrics: [(name: String, value: Double)]) throws {
    _ = try group.onFirst { try log.append(step: step, metrics: metrics) }
  }

  /// All that belongs to the last update is done.
  mutating func settle() { isSettled = true }

  /// One update: all micro-batches of the window, clipping, AdamW.
  mutating func update(_ objective: some TrainingObjective) throws {
    let settings = loop.settings
    let microBatches = windows.microBatches(step: step)
    let rows = microBatches.flatMap { $0 }
    let own = try accumulate(microBatches, objective, normalizer: objective.normalizer(rows))
    let sum = try gradients.finish(window: microBatches.count, isWhole: !dividesMoments)
    let (window, norm) = try combine(own, gradients: sum)
    let loss = window["loss"] ?? .nan
    let rate =
      settings.learningRate
      * settings.schedule.factor(step: step, warmup: warmup, total: total)
    isSettled = false
    step += 1
    if norm.isFinite, loss.isFinite {
      let scale = settings.maxGradNorm > 0 ? min(1, settings.maxGradNorm / (norm + 1e-6)) : 1
      optimizer.update(gradients: sum, learningRate: rate, gradientScale: scale, step: step)
      if dividesMoments {
        try group.allGather(optimizer.parameters, ranges: gradients.slices)
      }
      skippedUpdates = 0
    } else {
      try skip(rows: rows, loss: loss, norm: norm)
    }
    finishStep(window, loss: loss, norm: norm, rate: rate)
    if step % settings.loggingSteps == 0 || step == total { try writeLog() }
  }

  /// The gradients of this rank's micro-batches.
  ///
  /// - Returns: Their metrics.
  private mutating func accumulate(
    _ microBatches: [[Int]],
    _ objective: some TrainingObjective,
    normalizer: Double
  ) throws -> [MetricSums] {
    let settings = loop.settings
    let shares = WindowShares.ranges(microBatches.count, ranks: group.size)
    let (step, model, activations) = (step, model, activations)
    gradients.start()
    var metrics: [MetricSums] = []
    for index in shares[group.rank] {
      // The randomness of a micro-batch is that of its place in the window.
      let randomness = StepRandomness(
        seed: settings.seed,
        step: step * settings.gradientAccumulationSteps + index
      )
      let measured = try gradients.add(index) { gradients in
        try objective.accumulate(
          microBatches[index],
          normalizer: normalizer,
          in: StepContext(
            model: model,
            gradients: gradients,
            activations: activations,
            randomness: randomness
          )
        )
      }
      metrics.append(measured)
      try model.requireWeights()
    }
    let most = shares.map(\.count).max() ?? 0
    for _ in shares[group.rank].count..<most {
      model.accompany(training: true)
      try model.requireWeights()
    }
    return metrics
  }

  /// The metrics of all ranks' micro-batches, added in the order of the window, and the norm of the
  /// gradients.
  private func combine(
    _ own: [MetricSums],
    gradients sum: Tensor
  ) throws -> (window: MetricSums, norm: Double) {
    var window = MetricSums()
    guard group.size > 1 else {
      for metrics in own { window.add(metrics) }
      return (window, sum.sumOfSquares().squareRoot())
    }
    let squares =
      dividesMoments ? sum.slice(gradients.slices[group.rank]).blockSumsOfSquares() : []
    let all = try group.allGather([
      "metrics": .array(own.map(\.json)), "squares": JSONValue(exactly: squares),
    ])
    for rank in all {
      for metrics in rank["metrics"]?.arrayValue ?? [] {
        if let metrics = MetricSums(json: metrics) { window.add(metrics) }
      }
    }
    let total =
      dividesMoments
      ? all.flatMap { $0["squares"]?.exactDoubles ?? [] }.reduce(0, +) : sum.sumOfSquares()
    return (window, total.squareRoot())
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
    report(.step(step, of: total, loss: loss))
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
    try appendToLog(metrics)
    report(.log(step: step, metrics: metrics))
    sums.clear()
    windowStart = Date()
    windowTokens = 0
  }
}

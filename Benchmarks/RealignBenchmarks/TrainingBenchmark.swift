import Foundation
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining
import Synchronization

/// Steps of preference training, LoRA or all weights.
public struct TrainingBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "training"
  /// One line for the help.
  public let summary = "steps of preference training"

  /// A benchmark.
  public init() {}

  /// Steps that are timed, after one that is not.
  static let steps = 8

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    var results: [BenchmarkRow] = []
    var figures: [JSONObject] = []
    for variant in context.sweeps ? TrainingSweep.variants(of: context) : [context] {
      let (row, fields) = try measure(variant)
      results.append(row)
      figures.append(fields)
    }
    Parallel.configure(threads: context.threads)
    var fields = figures[0]
    guard figures.count > 1 else { return BenchmarkResult(rows: results, fields: fields) }
    fields["sweep"] = .array(figures.map { .object($0) })
    if let (serial, speedUp) = TrainingSweep.forecast(figures) {
      fields["serial_share"] = .number(serial)
      fields["estimated_speed_up"] = [
        "16": .number(speedUp(16)), "64": .number(speedUp(64)),
      ]
    }
    return BenchmarkResult(
      rows: results,
      fields: fields,
      notes: TrainingSweep.table(figures) + TrainingSweep.forecastLines(figures)
    )
  }

  private func measure(
    _ context: BenchmarkContext
  ) throws -> (BenchmarkRow, JSONObject) {
    Parallel.configure(threads: context.threads)
    MachineInformation.resetPeakResident()
    let mode = context.rank.map { "lora r \($0)" } ?? "full"
    let size =
      "\(context.pairs) pairs of \(context.promptTokens)+2x\(context.completionTokens) tokens"
    let ranks = context.group.size > 1 ? "\(context.group.size) ranks of " : ""
    let name =
      "training \(context.shape.name) \(mode), \(size), \(ranks)threads \(context.threads)"
    context.announce(name)
    let samples = try Self.samples(context)
    let timing = Timing(samples.seconds, beside: (.product, seconds: samples.yardstick))
    let row = BenchmarkRow(name, unit: "pairs/s", work: Double(context.pairs), timing: timing)
    let tokens = context.promptTokens + 2 * context.completionTokens
    let work = Work(shape: context.shape).training(
      tokens: tokens,
      attended: Work.attended(
        prompt: context.promptTokens,
        completion: context.completionTokens,
        branches: 2
      ),
      headTokens: 2 * context.completionTokens,
      rank: context.rank
    )
    let comparison = PeakComparison(
      operations: work / 1e9 * Double(context.pairs),
      seconds: samples.seconds,
      peaks: samples.peaks
    )
    return (
      row,
      [
        "shape": .string(context.shape.name), "mode": .string(mode),
        "prompt_tokens": .integer(context.promptTokens),
        "completion_tokens": .integer(context.completionTokens),
        "pairs": .integer(context.pairs), "threads": .integer(context.threads),
        "ranks": .integer(context.group.size),
        "pairs_per_second": .number(row.value),
        "tokens_per_second": .number(row.value * Double(tokens)),
        "step_seconds": .number(Double(context.pairs) / row.value),
        "model_gflops": .number(work / 1e9 * row.value),
        "peak_gflops": .number(comparison.peak),
        "fraction_of_peak": .number(comparison.fraction),
        "peak_rss_bytes": .integer(MachineInformation.peakResidentBytes),
      ]
    )
  }

  private static func samples(_ context: BenchmarkContext) throws -> StepSamples {
    let rows = BenchmarkRows(context: context)
    var model = rows.model()
    if let rank = context.rank {
      model.adapter = Adapter(
        AdapterConfiguration(
          rank: rank,
          alpha: Double(2 * rank),
          targetModules: .allLinear
        ),
        for: model,
        seed: 1
      )
    }
    let group = context.group
    let objective = try PreferenceObjective(
      examples: rows.pairs(context.pairs),
      heldOut: [],
      losses: try WeightedLosses(names: ["sigmoid"], settings: PreferenceLossSettings()),
      reference: model,
      over: group
    )
    var settings = TrainerSettings()
    settings.maxSteps = steps + 1
    settings.perDeviceTrainBatchSize = context.pairs / group.size
    settings.gradientAccumulationSteps = group.size
    settings.learningRate = 1e-6
    settings.loggingSteps = steps + 1
    var loop = TrainingLoop(settings: settings)
    loop.group = group
    let samples = Mutex(StepSamples(peak: try PeakRate(), group: group))
    // Asked after every update, on every rank.
    loop.shouldStop = {
      samples.withLock { $0.endStep() }
      return false
    }
    let outcome = try loop.run(objective, model: model)
    let loss = outcome.lastMetrics.first { $0.name == "loss" }?.value ?? .nan
    guard loss.isFinite else { throw BenchmarkError.wrongResult("a loss of \(loss)") }
    var found = samples.withLock { $0 }
    if let failure = found.failure { throw failure }
    try found.addPeaks()
    return found
  }
}

/// What is measured while steps are trained: each step, and other work in the pause after it.
private struct StepSamples {
  /// Seconds of each step but the first.
  private(set) var seconds: [Double] = []
  /// Seconds that the yardstick took before each of these.
  private(set) var yardstick: [Double] = []
  /// GFLOPS of the peak before the first of these and after each.
  private(set) var peaks: [Double] = []
  /// Why the peak could not be measured.
  private(set) var failure: (any Error)?
  private let peak: PeakRate
  private let group: any ProcessGroup
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant?

  init(peak: PeakRate, group: any ProcessGroup) {
    self.peak = peak
    self.group = group
  }

  /// Called at the end of each step; the first is not counted.
  mutating func endStep() {
    if let start {
      let parts = start.duration(to: clock.now).components
      seconds.append(Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
    }
    do { peaks.append(try peak.now()) } catch { failure = error }
    if seconds.count < TrainingBenchmark.steps {
      yardstick.append(Stopwatch.seconds(Yardstick.product.run))
    }
    // The next step begins when all ranks are done with this.
    do { try group.barrier() } catch { failure = error }
    start = clock.now
  }

  /// The peaks of all ranks together, which were measured at the same time.
  mutating func addPeaks() throws {
    let all = try group.allGather(Array(peaks.map { "\($0)" }.joined(separator: " ").utf8))
    let rows = all.map { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: " ").map { Double($0) ?? .nan }
    }
    peaks = peaks.indices.map { index in rows.reduce(0) { $0 + $1[index] } }
  }
}

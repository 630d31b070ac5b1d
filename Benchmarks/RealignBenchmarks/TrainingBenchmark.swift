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
  static let steps = 5

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
    let peak = try Self.peak(context.group)
    MachineInformation.resetPeakResident()
    let mode = context.rank.map { "lora r \($0)" } ?? "full"
    let size =
      "\(context.pairs) pairs of \(context.promptTokens)+2x\(context.completionTokens) tokens"
    let ranks = context.group.size > 1 ? "\(context.group.size) ranks of " : ""
    let name =
      "training \(context.shape.name) \(mode), \(size), \(ranks)threads \(context.threads)"
    context.announce(name)
    let timing = try Self.timing(context)
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
    let rate = work / 1e9 * row.value
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
        "model_gflops": .number(rate), "peak_gflops": .number(peak),
        "fraction_of_peak": .number(rate / peak),
        "peak_rss_bytes": .integer(MachineInformation.peakResidentBytes),
      ]
    )
  }

  /// The rate of products of all ranks at the same time, GFLOPS.
  private static func peak(_ group: any ProcessGroup) throws -> Double {
    try group.barrier()
    let own = try GEMMBenchmark.peak()
    return try group.allGather(Array("\(own)".utf8))
      .reduce(0) { $0 + (Double(String(decoding: $1, as: UTF8.self)) ?? 0) }
  }

  private static func timing(_ context: BenchmarkContext) throws -> Timing {
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
    let objective = try PreferenceObjective(
      examples: rows.pairs(context.pairs),
      heldOut: [],
      losses: try WeightedLosses(names: ["sigmoid"], settings: PreferenceLossSettings()),
      reference: model,
      over: context.group
    )
    var settings = TrainerSettings()
    settings.maxSteps = steps + 1
    settings.perDeviceTrainBatchSize = context.pairs / context.group.size
    settings.gradientAccumulationSteps = context.group.size
    settings.learningRate = 1e-6
    settings.loggingSteps = steps + 1
    var loop = TrainingLoop(settings: settings)
    loop.group = context.group
    let clock = ContinuousClock()
    let marks = Mutex<[StepMark]>([])
    // Asked after every update, on every rank.
    loop.shouldStop = {
      let end = clock.now
      // The yardstick between the steps is in none of them.
      let yardstick = Stopwatch.seconds(Yardstick.product.run)
      marks.withLock {
        $0.append(StepMark(end: end, yardstick: yardstick, nextStart: clock.now))
      }
      return false
    }
    let outcome = try loop.run(objective, model: model)
    let loss = outcome.lastMetrics.first { $0.name == "loss" }?.value ?? .nan
    guard loss.isFinite else { throw BenchmarkError.wrongResult("a loss of \(loss)") }
    let times = marks.withLock { $0 }
    return Timing(
      zip(times, times.dropFirst()).map { last, this in
        let parts = last.nextStart.duration(to: this.end).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
      },
      beside: (.product, seconds: times.dropLast().map(\.yardstick))
    )
  }
}

/// The border between two steps.
private struct StepMark {
  let end: ContinuousClock.Instant
  /// Seconds that the yardstick took.
  let yardstick: Double
  let nextStart: ContinuousClock.Instant
}

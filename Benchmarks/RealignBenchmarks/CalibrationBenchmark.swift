import Foundation
import RealignHardware
import RealignNumerics
import RealignPipeline
import RealignText

/// Everything that the program plans with: the machine's rates and, for one shape, what scoring,
/// training and generation do at several batch sizes.
public struct CalibrationBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "calibrate"
  /// One line for the help.
  public let summary = "all of these over batch sizes, saved for the program's own use"

  /// A benchmark.
  public init() {}

  /// Pairs of the training steps that are measured.
  static let pairCounts = [1, 2, 4, 8]

  /// Measures.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    var context = context
    context.isShort = true
    var result = BenchmarkResult(rows: [])
    func add(_ benchmark: any Benchmark, _ context: BenchmarkContext) throws {
      if let only = context.only, !only.contains(where: { $0.hasPrefix(benchmark.name) }) { return }
      let part = try benchmark.run(context)
      result.rows += part.rows
      result.notes += part.notes
      for key in part.fields.keys { result.fields[key] = part.fields[key] }
    }
    for benchmark: any Benchmark in [GEMMBenchmark(), MemoryBenchmark(), KernelsBenchmark()] {
      try add(benchmark, context)
    }
    var training: [JSONValue] = []
    for pairs in Self.pairCounts {
      var sized = context
      sized.sweeps = false
      sized.pairs = pairs
      try add(TrainingBenchmark(), sized)
      training.append(.object(result.fields))
    }
    var swept = context
    swept.sweeps = true
    try add(ScoringBenchmark(), swept)
    try add(GenerationBenchmark(), swept)
    // The fields of one training step would pass for those of all.
    let kept = [
      "gemm", "peak_gflops", "memory_bandwidth_gbs", "kernels", "shape", "scoring", "generation",
    ]
    result.fields = JSONObject(
      pairs: kept.compactMap { key in result.fields[key].map { (key: key, value: $0) } }
    )
    result.fields["training"] = .array(training.compactMap(Self.trainingFields))
    let made = Calibrations.calibration(result.fields, context)
    result.fields["recommended_batch_size"] =
      made.shapes.last.flatMap { MachineCalibration.recommendedBatchSize($0.scoring) }
      .map { .integer($0) } ?? .null
    let profiles = MachineProfile.reference + [MachineProfile(made)]
    result.fields["profiles"] = .array(profiles.map(\.json))
    result.notes += profiles.map { profile in
      "\(profile.name): \(BenchCommand.figure(profile.gflops ?? .nan)) GFLOPS, best with "
        + "\(profile.recommendedBatchSize.map(String.init) ?? "-") rows at a time, "
        + "\(BenchCommand.figure(profile.memoryGigabytes ?? .nan)) GB"
    }
    return result
  }

  /// What a step of training says beside the fields of other benchmarks.
  private static func trainingFields(_ fields: JSONValue) -> JSONValue? {
    let keys = ["mode", "pairs", "pairs_per_second", "tokens_per_second", "model_gflops"]
    let pairs = keys.compactMap { key in fields[key].map { (key: key, value: $0) } }
    return pairs.count == keys.count ? .object(JSONObject(pairs: pairs)) : nil
  }
}

/// Makes calibrations of what was measured.
enum Calibrations {
  /// Saves what the fields of a run of `calibrate` say, and says where.
  ///
  /// Shapes that an earlier calibration of this machine has are kept.
  ///
  /// - Throws: `InputError` when the file cannot be written, or when nothing says where it lies.
  static func save(
    _ fields: JSONObject,
    _ sizes: BenchmarkContext,
    to path: String?,
    context: CommandContext
  ) throws {
    guard let path = path ?? MachineCalibration.path(context.environment) else {
      throw InputError(
        .usage,
        "no folder for the calibration",
        expected: "XDG_CACHE_HOME or HOME in the environment",
        hint: "--save FILE writes it elsewhere"
      )
    }
    var calibration = calibration(fields, sizes)
    if let earlier = try? MachineCalibration(path: path) {
      for drift in calibration.drift(since: earlier) {
        context.progress.note(
          "\(drift.name): \(BenchCommand.figure(drift.ratio)) times what was calibrated "
            + "\(earlier.date)"
        )
      }
      calibration = calibration.adding(earlier)
    }
    try calibration.save(to: path)
    context.progress.note("\(path): calibration")
  }

  /// The calibration that the fields of a run say.
  static func calibration(_ fields: JSONObject, _ sizes: BenchmarkContext) -> MachineCalibration {
    let shape = sizes.shape
    return MachineCalibration(
      machine: .current,
      version: ProgramVersion.number,
      date: Date().ISO8601Format(),
      threads: sizes.threads,
      productGFLOPS: fields["peak_gflops"]?.doubleValue ?? .nan,
      memoryBandwidth: fields["memory_bandwidth_gbs"]?.doubleValue ?? .nan,
      shapes: [
        MachineCalibration.Shape(
          name: shape.name,
          parameters: Int(shape.blockWeights + shape.headWeights),
          scoring: rates(fields["scoring"], "batch_size", "examples_per_second"),
          // Plans take rates of training for those of adapters.
          training: sizes.rank == nil
            ? [] : rates(fields["training"], "pairs", "pairs_per_second"),
          generation: rates(fields["generation"], "prompts", "tokens_per_second"),
          tokensPerExample: sizes.promptTokens / ScoringBenchmark.each + sizes.completionTokens,
          tokensPerPair: sizes.promptTokens + 2 * sizes.completionTokens
        )
      ]
    )
  }

  private static func rates(
    _ table: JSONValue?,
    _ size: String,
    _ unit: String
  )
    -> [MachineCalibration.Rate]
  {
    (table?.arrayValue ?? []).compactMap { item in
      guard let batch = item[size]?.intValue, let rate = item[unit]?.doubleValue else { return nil }
      return MachineCalibration.Rate(
        batchSize: batch,
        perSecond: rate,
        gflops: item["model_gflops"]?.doubleValue
      )
    }
  }
}

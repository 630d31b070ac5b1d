import RealignModels
import RealignText
import RealignTraining
import Testing

/// What `Goldens/make_trl_dpo.py` wrote: a model, rows, and runs of TRL over them.
struct TRLGolden {
  let folder: String
  let learningRate: Double
  let pairs: [PreferenceExample]
  let rows: [UnpairedExample]
  let runs: [TRLRun]

  init(folder: String) throws {
    self.folder = folder
    let path = folder + "/dpo.json"
    let file = try #require(
      try JSONValue.parse(try InputFile.bytes(path), file: path, line: nil).objectValue
    )
    func ids(_ row: JSONValue, _ key: String) throws -> [Int32] {
      try #require(row[key]?.arrayValue).compactMap { $0.intValue.map(Int32.init) }
    }
    learningRate = try #require(file["learning_rate"]?.doubleValue)
    pairs = try #require(file["pairs"]?.arrayValue).map { row in
      PreferenceExample(
        prompt: try ids(row, "prompt"),
        chosen: try ids(row, "chosen"),
        rejected: try ids(row, "rejected")
      )
    }
    rows = try #require(file["rows"]?.arrayValue).map { row in
      UnpairedExample(
        prompt: try ids(row, "prompt"),
        completion: try ids(row, "completion"),
        isDesirable: try #require(row["label"]?.boolValue as Bool?)
      )
    }
    runs = try #require(file["runs"]?.objectValue).pairs.map { try TRLRun($0.key, $0.value) }
  }

  /// The names of the runs in a folder; empty when there is no such file.
  static func names(folder: String) -> [String] {
    (try? TRLGolden(folder: folder).runs.map(\.name)) ?? []
  }

  /// The largest distance of our metrics from TRL's over all updates of a run, relative to the
  /// larger of 1 and TRL's value; infinite where a metric or an update is missing.
  func worst(_ run: TRLRun) throws -> (distance: Double, metric: String) {
    let logs = try metrics(run)
    var worst = (distance: 0.0, metric: "")
    for (name, values) in run.metrics {
      guard logs.count == values.count else { return (.infinity, "updates") }
      for (log, expected) in zip(logs, values) {
        let value = log.first { $0.name == name }?.value ?? .infinity
        let distance = abs(value - expected) / max(1, abs(expected))
        if !(distance <= worst.distance) { worst = (distance, name) }
      }
    }
    return worst
  }

  /// What the same run logs here, update by update.
  private func metrics(_ run: TRLRun) throws -> [[(name: String, value: Double)]] {
    let model = try ModelDirectory.load(folder + "/dpo")
    if let loss = UnpairedLosses.named(run.losses[0]) {
      return try train(
        try UnpairedObjective(
          examples: rows,
          loss: loss,
          settings: run.unpairedSettings,
          block: run.batchSize,
          reference: model.duplicate()
        ),
        run,
        model
      )
    }
    let losses = try WeightedLosses(
      names: run.losses,
      weights: run.weights,
      settings: run.settings
    )
    return try train(
      try PreferenceObjective(examples: pairs, losses: losses, reference: model.duplicate()),
      run,
      model
    )
  }

  private func train(
    _ objective: some TrainingObjective,
    _ run: TRLRun,
    _ model: LanguageModel
  ) throws -> [[(name: String, value: Double)]] {
    var settings = TrainerSettings()
    settings.perDeviceTrainBatchSize = run.batchSize
    settings.gradientAccumulationSteps = run.accumulation
    settings.maxSteps = 10
    settings.learningRate = learningRate
    settings.warmupSteps = 2
    settings.weightDecay = 0.01
    settings.loggingSteps = 1
    settings.shuffle = false
    var loop = TrainingLoop(settings: settings)
    nonisolated(unsafe) var logs: [[(name: String, value: Double)]] = []
    loop.onEvent = { if case .log(_, let metrics) = $0 { logs.append(metrics) } }
    _ = try loop.run(objective, model: model)
    return logs
  }
}

/// One run of TRL: its settings and what it logged.
struct TRLRun {
  let name: String
  let losses: [String]
  let weights: [Double]?
  let batchSize: Int
  let accumulation: Int
  /// Per metric, its value after each update.
  let metrics: [(name: String, values: [Double])]
  private(set) var settings = PreferenceLossSettings()
  private(set) var unpairedSettings = UnpairedLossSettings()

  init(_ name: String, _ value: JSONValue) throws {
    self.name = name
    losses = try #require(value["losses"]?.arrayValue).compactMap(\.stringValue)
    batchSize = try #require(value["per_device_train_batch_size"]?.intValue)
    accumulation = try #require(value["gradient_accumulation_steps"]?.intValue)
    metrics = try #require(value["metrics"]?.objectValue).pairs.map { pair in
      (pair.key, try #require(pair.value.arrayValue).compactMap(\.doubleValue))
    }
    let given = try #require(value["settings"]?.objectValue)
    weights = given["weights"]?.arrayValue?.compactMap(\.doubleValue)
    for (key, value) in given.pairs where key != "weights" {
      try set(key, value)
    }
  }

  /// Takes over one setting of TRL.
  private mutating func set(_ key: String, _ value: JSONValue) throws {
    let number = value.doubleValue
    switch key {
    case "beta":
      settings.beta = try #require(number)
      unpairedSettings.beta = settings.beta
    case "label_smoothing": settings.labelSmoothing = try #require(number)
    case "discopop_tau": settings.discopopTau = try #require(number)
    case "simpo_gamma": settings.simpoGamma = try #require(number)
    case "ld_alpha": settings.ldAlpha = number
    case "use_weighting": settings.usesWeighting = try #require(value.boolValue as Bool?)
    case "f_divergence_type":
      settings.divergence.kind = try #require(
        value.stringValue.flatMap(FDivergence.Kind.init(rawValue:))
      )
    case "f_alpha_divergence_coef": settings.divergence.alpha = try #require(number)
    case "desirable_weight": unpairedSettings.desirableWeight = try #require(number)
    case "undesirable_weight": unpairedSettings.undesirableWeight = try #require(number)
    default: Issue.record("an unknown setting \(key)")
    }
  }
}

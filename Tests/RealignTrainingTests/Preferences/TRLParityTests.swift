import RealignModels
import RealignText
import RealignTraining
import Testing

@Suite("DPO against TRL")
struct TRLParityTests {
  static func golden() throws -> JSONObject {
    let path = Fixtures.goldens + "/dpo.json"
    return try #require(
      try JSONValue.parse(try InputFile.bytes(path), file: path, line: nil).objectValue
    )
  }

  static func examples(_ golden: JSONObject) throws -> [PreferenceExample] {
    try #require(golden["rows"]?.arrayValue).map { row in
      func ids(_ key: String) throws -> [Int32] {
        try #require(row.objectValue?[key]?.arrayValue).compactMap { $0.intValue.map(Int32.init) }
      }
      return PreferenceExample(
        prompt: try ids("prompt"),
        chosen: try ids("chosen"),
        rejected: try ids("rejected")
      )
    }
  }

  static let runs: [(key: String, names: [String], weights: [Double]?)] = [
    ("sigmoid", ["sigmoid"], nil), ("sigmoid+sft", ["sigmoid", "sft"], [1, 0.2]),
    ("ipo", ["ipo"], nil),
  ]

  /// Ten updates in single precision, sums in another order than torch's.
  ///
  /// TRL prints the loss per update as the mean over its two micro-batches.
  @Test("ten steps follow TRL's loss, rewards and gradient norm", arguments: runs.indices)
  func tenSteps(index: Int) throws {
    let (key, names, weights) = Self.runs[index]
    let golden = try Self.golden()
    let model = try ModelDirectory.load(Fixtures.goldens + "/dpo")
    let objective = PreferenceObjective(
      examples: try Self.examples(golden),
      losses: try WeightedLosses(
        names: names,
        weights: weights,
        settings: PreferenceLossSettings(beta: 0.1)
      ),
      reference: model.duplicate()
    )
    var settings = TrainerSettings()
    settings.perDeviceTrainBatchSize = 4
    settings.gradientAccumulationSteps = 2
    settings.maxSteps = 10
    settings.learningRate = 2e-3
    settings.warmupSteps = 2
    settings.weightDecay = 0.01
    settings.loggingSteps = 1
    settings.shuffle = false
    var loop = TrainingLoop(settings: settings)
    nonisolated(unsafe) var logs: [[(name: String, value: Double)]] = []
    loop.onEvent = { if case .log(_, let metrics) = $0 { logs.append(metrics) } }
    _ = try loop.run(objective, model: model)
    let expected = try #require(golden["runs"]?.objectValue?[key]?.arrayValue)
    #expect(logs.count == expected.count)
    for (log, entry) in zip(logs, expected) {
      let reference = try #require(entry.objectValue)
      for name in [
        "loss", "rewards/chosen", "rewards/rejected", "rewards/margins", "grad_norm",
        "logits/chosen", "logits/rejected", "entropy", "mean_token_accuracy",
      ] {
        let value = try #require(log.first { $0.name == name }?.value)
        let target = try #require(reference[name]?.doubleValue)
        #expect(abs(value - target) < 1e-3 * max(1, abs(target)), "\(name)")
      }
      for name in ["logps/chosen", "logps/rejected"] {
        let value = try #require(log.first { $0.name == name }?.value)
        let target = try #require(reference[name]?.doubleValue)
        #expect(abs(value - target) < 1e-4 * abs(target) + 1e-3, "\(name)")
      }
      let rate = try #require(log.first { $0.name == "learning_rate" }?.value)
      #expect(abs(rate - (reference["learning_rate"]?.doubleValue ?? -1)) < 1e-9)
    }
  }
}

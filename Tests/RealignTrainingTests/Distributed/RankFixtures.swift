import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignTraining

/// Runs of the training loop on ranks that are threads.
enum RankFixtures {
  /// A loss over small rows.
  enum Objective: CaseIterable, Sendable {
    case supervised, preference, unpaired

    func make(
      _ model: LanguageModel,
      over group: any ProcessGroup
    ) throws -> any TrainingObjective {
      switch self {
      case .supervised:
        return SupervisedObjective(
          rows: Fixtures.rows(22),
          heldOut: Fixtures.rows(6, seed: 5)
        )
      case .preference:
        return try PreferenceObjective(
          examples: Fixtures.preferences(22),
          heldOut: Fixtures.preferences(6, seed: 5),
          losses: try PreferenceObjectiveTests.losses(["sigmoid", "aot"]),
          reference: model.duplicate(),
          over: group
        )
      case .unpaired:
        return try UnpairedObjective(
          examples: Fixtures.unpaired(22),
          heldOut: Fixtures.unpaired(6, seed: 5),
          loss: try #require(UnpairedLosses.named("kto")),
          settings: UnpairedLossSettings(),
          block: 2,
          reference: model.duplicate(),
          over: group
        )
      }
    }
  }

  /// What the ranks start from.
  enum Start: CaseIterable, Sendable {
    /// All weights of a model of several slices.
    case full
    /// An adapter with dropout.
    case adapter

    func model() -> LanguageModel {
      switch self {
      case .full: return RankFixtures.wideModel()
      case .adapter: return RankFixtures.adapted(Fixtures.model())
      }
    }
  }

  /// A model of three blocks of the norm's sum, so that two ranks have slices and of four one has
  /// none.
  static func wideModel() -> LanguageModel {
    var c = ModelConfiguration(
      vocabularySize: 512,
      hiddenSize: 64,
      intermediateSize: 256,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      headDimension: 16,
      maximumPositions: 64
    )
    c.initializerRange = 0.2
    return LanguageModel(randomlyInitialized: c, seed: 3)
  }

  static func adapted(_ model: LanguageModel, decomposes: Bool = false) -> LanguageModel {
    var model = model
    model.adapter = Adapter(
      AdapterConfiguration(
        rank: 2,
        alpha: 4,
        dropout: 0.2,
        usesWeightDecomposition: decomposes,
        targetModules: .allLinear
      ),
      for: model,
      seed: 1
    )
    return model
  }

  /// Two rows a micro-batch, so that the last window of an epoch of 22 rows is shorter.
  ///
  /// Clipping takes part in every update.
  static func settings(window: Int) -> TrainerSettings {
    var settings = TrainerSettings()
    settings.learningRate = 5e-3
    settings.maxSteps = 7
    settings.perDeviceTrainBatchSize = 2
    settings.gradientAccumulationSteps = window
    settings.schedule = .cosine
    settings.warmupSteps = 1
    settings.weightDecay = 0.01
    settings.maxGradNorm = 0.05
    settings.loggingSteps = 2
    settings.evalSteps = 3
    settings.saveSteps = 3
    return settings
  }

  /// What a run leaves in memory, by bit patterns.
  struct Result: Sendable, Equatable {
    var values: [UInt32]
    var bestStep: Int?
    var metrics: MetricSums
    var steps: Int

    init(_ outcome: TrainingLoop.Outcome, _ model: LanguageModel) {
      values = model.trainable.values.values.map(\.bitPattern)
      bestStep = outcome.bestStep
      steps = outcome.steps
      metrics = MetricSums()
      for (name, value) in outcome.lastMetrics + outcome.lastEvaluation {
        metrics.add(name, sum: value, weight: 1)
      }
    }
  }

  /// Trains on some ranks; every rank must end with the same.
  static func train(
    _ objective: Objective,
    _ start: Start,
    ranks: Int,
    window: Int,
    directory: String? = nil,
    change: @Sendable @escaping (inout TrainingLoop) -> Void = { _ in }
  ) throws -> Result {
    let results = try ThreadGroup.run(ranks) { group in
      var loop = TrainingLoop(settings: settings(window: window))
      loop.group = group
      loop.directory = directory
      loop.digest = "\(objective) \(start)"
      change(&loop)
      let model = start.model()
      let rows = try objective.make(model, over: group)
      return Result(try loop.run(rows, model: model), model)
    }
    let first = try #require(results.first)
    #expect(results.allSatisfy { $0 == first })
    return first
  }

  /// The log without the fields that tell time and memory.
  static func log(_ directory: String) throws -> [String] {
    try TrainingLoopTests.log(directory)
  }

  /// The tensors of a directory's files as bytes, checkpoints and the best state.
  static func tensors(_ directory: String) throws -> [String: Data] {
    let manager = FileManager.default
    let names = try #require(manager.enumerator(atPath: directory)).compactMap { $0 as? String }
    var result: [String: Data] = [:]
    for name in names where name.hasSuffix(".safetensors") {
      result[name] = manager.contents(atPath: directory + "/" + name)
    }
    return result
  }
}

import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import RealignTraining
import Testing

@Suite("Training loop")
struct TrainingLoopTests {
  static func settings() -> TrainerSettings {
    var settings = TrainerSettings()
    settings.learningRate = 5e-3
    settings.maxSteps = 20
    settings.perDeviceTrainBatchSize = 4
    settings.schedule = .cosine
    settings.warmupSteps = 2
    settings.weightDecay = 0.01
    settings.loggingSteps = 3
    settings.evalSteps = 6
    settings.saveSteps = 4
    return settings
  }

  static let objective = SupervisedObjective(
    rows: Fixtures.rows(30),
    heldOut: Fixtures.rows(8, seed: 5)
  )

  /// The log without the fields that tell time and memory.
  static func log(_ directory: String) throws -> [String] {
    try JSONLines.read(directory + "/metrics.jsonl").map { line in
      var object = line.value
      object["tokens_per_second"] = .null
      object["peak_rss_bytes"] = .null
      return JSONValue.object(object).serialized()
    }
  }

  @Test("interrupted and resumed equals uninterrupted, bit for bit", arguments: [1, 7, 12, 19])
  func resume(stop: Int) throws {
    let whole = try TemporaryFolder()
    var loop = TrainingLoop(settings: Self.settings())
    loop.directory = whole.path
    let reference = Fixtures.model()
    let outcome = try loop.run(Self.objective, model: reference)

    let parts = try TemporaryFolder()
    loop.directory = parts.path
    nonisolated(unsafe) var steps = 0
    loop.onEvent = { if case .step = $0 { steps += 1 } }
    loop.shouldStop = { steps == stop }
    #expect(throws: TrainingError.self) { try loop.run(Self.objective, model: Fixtures.model()) }
    loop.shouldStop = { false }
    loop.resumes = true
    let resumed = Fixtures.model()
    let second = try loop.run(Self.objective, model: resumed)
    #expect(resumed.parameters.values == reference.parameters.values)
    #expect(second.bestStep == outcome.bestStep)
    #expect(try Self.log(parts.path) == Self.log(whole.path))
  }

  @Test("adapters with dropout resume bit for bit")
  func resumeAdapters() throws {
    func start() -> LanguageModel {
      var model = Fixtures.model()
      model.adapter = Adapter(
        AdapterConfiguration(rank: 2, alpha: 4, dropout: 0.2),
        for: model,
        seed: 1
      )
      return model
    }
    var loop = TrainingLoop(settings: Self.settings())
    let reference = start()
    _ = try loop.run(Self.objective, model: reference)
    let folder = try TemporaryFolder()
    loop.directory = folder.path
    nonisolated(unsafe) var steps = 0
    loop.onEvent = { if case .step = $0 { steps += 1 } }
    loop.shouldStop = { steps == 9 }
    #expect(throws: TrainingError.self) { try loop.run(Self.objective, model: start()) }
    loop.shouldStop = { false }
    loop.resumes = true
    let resumed = start()
    _ = try loop.run(Self.objective, model: resumed)
    #expect(resumed.trainable.values.values == reference.trainable.values.values)
    #expect(resumed.parameters.values == Fixtures.model().parameters.values)
  }

  @Test("an incomplete checkpoint is skipped, a foreign one refused")
  func checkpoints() throws {
    let folder = try TemporaryFolder()
    var loop = TrainingLoop(settings: Self.settings())
    loop.directory = folder.path
    loop.digest = "a"
    let reference = Fixtures.model()
    _ = try loop.run(Self.objective, model: reference)
    try folder.write([1, 2, 3], to: "checkpoint-16/weights.safetensors")
    loop.resumes = true
    let resumed = Fixtures.model()
    _ = try loop.run(Self.objective, model: resumed)
    #expect(resumed.parameters.values == reference.parameters.values)
    loop.digest = "b"
    #expect(throws: InputError.self) { try loop.run(Self.objective, model: Fixtures.model()) }
  }

  /// Sums over another partition of the same rows: rounding of single precision only.
  @Test("eight micro-batches of one row equal one of eight")
  func accumulation() throws {
    func train(_ micro: Int, _ accumulation: Int) throws -> [Float] {
      var settings = Self.settings()
      settings.perDeviceTrainBatchSize = micro
      settings.gradientAccumulationSteps = accumulation
      settings.maxSteps = 6
      settings.evalSteps = 0
      let model = Fixtures.model()
      _ = try TrainingLoop(settings: settings)
        .run(SupervisedObjective(rows: Self.objective.rows), model: model)
      return model.parameters.values
    }
    for (a, b) in zip(try train(8, 1), try train(1, 8)) { #expect(abs(a - b) < 2e-4) }
  }

  @Test("training lowers the loss of rows it sees")
  func learns() throws {
    let model = Fixtures.model()
    let before = try #require(
      try SupervisedObjective(rows: [], heldOut: Self.objective.rows).evaluate(model)["eval_loss"]
    )
    var settings = Self.settings()
    settings.maxSteps = 60
    settings.evalSteps = 0
    _ = try TrainingLoop(settings: settings)
      .run(SupervisedObjective(rows: Self.objective.rows), model: model)
    let after = try #require(
      try SupervisedObjective(rows: [], heldOut: Self.objective.rows).evaluate(model)["eval_loss"]
    )
    #expect(after < 0.7 * before)
  }

  @Test("weights of tokens scale their share of the loss")
  func weights() throws {
    let ids: [Int32] = [2, 5, 7, 9]
    let model = Fixtures.model()
    let score = model.score([TokenSequence(ids: ids, completionStart: 2)])[0].logProbabilities
    let weighted = SupervisedObjective(
      rows: [],
      heldOut: [TokenSequence(ids: ids, completionStart: 2, weights: [1, 3])]
    )
    let loss = try #require(try weighted.evaluate(model)["eval_loss"])
    #expect(abs(loss + (Double(score[0]) + 3 * Double(score[1])) / 4) < 1e-6)
  }

  @Test("a run without rows is refused")
  func empty() {
    #expect(throws: InputError.self) {
      try TrainingLoop(settings: Self.settings())
        .run(SupervisedObjective(rows: []), model: Fixtures.model())
    }
  }

  @Test("a model with a poisoned weight stops the run and is not updated")
  func poisoned() {
    let model = Fixtures.model()
    var values = model.parameters.values
    values[values.count - 1] = .nan
    model.parameters.copy(from: values)
    #expect(throws: TrainingError.self) {
      try TrainingLoop(settings: Self.settings())
        .run(SupervisedObjective(rows: Self.objective.rows), model: model)
    }
    #expect(model.parameters.values.dropLast() == values.dropLast())
  }

  @Test("the largest micro-batch is that of the steps a run takes")
  func largestMicroBatch() {
    var settings = TrainerSettings()
    settings.perDeviceTrainBatchSize = 2
    settings.gradientAccumulationSteps = 2
    settings.shuffle = false
    settings.numTrainEpochs = 1
    let sizes = [1, 2, 3, 4, 5, 60, 70]
    #expect(settings.largestMicroBatch(sizes) == 70)
    settings.maxSteps = 1
    #expect(settings.largestMicroBatch(sizes) == 7)
    // Of very long runs any two rows may meet.
    settings.maxSteps = 1_000_000
    #expect(settings.largestMicroBatch(sizes) == 130)
    settings.shuffle = true
    settings.maxSteps = 300
    #expect(settings.largestMicroBatch(sizes) == 130)
    #expect(settings.largestMicroBatch([]) == 0)
  }

  @Test("computing blocks again changes neither weights nor the identity of a run")
  func recomputation() throws {
    var settings = TrainerSettings()
    settings.maxSteps = 6
    settings.perDeviceTrainBatchSize = 3
    settings.adapter = AdapterConfiguration(rank: 2, dropout: 0.2)
    func trained(_ settings: TrainerSettings) throws -> [Float] {
      var model = Fixtures.model()
      model.adapter = settings.adapter.map { Adapter($0, for: model, seed: 1) }
      _ = try TrainingLoop(settings: settings)
        .run(SupervisedObjective(rows: Self.objective.rows), model: model)
      return model.trainable.values.values
    }
    var recomputing = settings
    recomputing.gradientCheckpointing = true
    #expect(try trained(settings) == trained(recomputing))
    #expect(settings.identity == recomputing.identity)
    recomputing.maxSteps = 7
    #expect(settings.identity != recomputing.identity)
  }
}

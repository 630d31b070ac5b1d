import Foundation
import RealignCitations
import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining

/// What every stage works with: settings, data, retrieval, the models so far, progress.
///
/// Whatever a stage hands on lies in the run directory, so a resumed run reads what an
/// uninterrupted one would have kept in memory.
final class StageContext {
  let configuration: RunConfiguration
  let directory: RunDirectory
  let data: RunData
  let store: KnowledgeStore
  let progress: any ProgressReporter
  let baseModel: String
  /// Where the log-probabilities of reference models are kept; nil keeps none.
  let referenceFolder: String?
  /// The current stage's folder.
  var folder = ""
  /// Asked after every update of a training; true ends it with a checkpoint.
  var shouldStop: () -> Bool = { Interruption.isRequested }
  private var models: [StageName: TextModel] = [:]
  private var fittedVerifier: ClaimVerifier?
  private let trainingCache = RetrievalCache()
  private let heldOutCache = RetrievalCache()

  init(
    configuration: RunConfiguration,
    directory: RunDirectory,
    data: RunData,
    store: KnowledgeStore,
    baseModel: String,
    referenceFolder: String? = nil,
    progress: any ProgressReporter
  ) {
    self.configuration = configuration
    self.directory = directory
    self.data = data
    self.store = store
    self.baseModel = baseModel
    self.referenceFolder = referenceFolder
    self.progress = progress
  }

  var seed: UInt64 { configuration.seed }

  // MARK: Models

  /// The model that entered the run.
  func loadBase() throws -> TextModel { try load(baseModel) }

  /// A model whose prompts go through its chat template, if the run wants that.
  private func load(_ directory: String) throws -> TextModel {
    let text = try TextModel.load(directory)
    return configuration.useChatTemplate ? try text.framed() : text
  }

  /// The model a stage produced; stages without one hand on their predecessor's.
  func model(after stage: StageName) throws -> TextModel {
    if let model = models[stage] { return model }
    let model = try load(directory.stagePath(stage) + "/model")
    models[stage] = model
    return model
  }

  /// Writes the stage's model and keeps it for the next.
  func keep(_ model: TextModel, of stage: StageName) throws {
    let merged = model.with(model.model.merged())
    try merged.save(folder + "/model")
    models[stage] = merged
  }

  // MARK: Prompts

  /// Prompts for training questions; held-out documents are never shown.
  func trainingPrompts(_ questions: [Question], variant: Int = 0) throws -> [GroundedQuestion] {
    try builder(excluded: data.heldOutDocuments, name: "train").prompts(
      questions,
      variant: variant
    )
  }

  /// Prompts for held-out questions.
  func prompts(_ questions: [Question]) throws -> [GroundedQuestion] {
    try builder(excluded: [], name: "held-out").prompts(questions)
  }

  private func builder(excluded: Set<String>, name: String) -> PromptBuilder {
    let most = configuration.collect.passagesPerQuestion
    return PromptBuilder(
      store: store,
      counts: min(2, most)...most,
      // The world's questions are asked with the same passages whatever the seed of the run, so
      // that runs compare; training prompts differ.
      seed: name == "train" ? seed : 0,
      excluded: excluded,
      writer: CitedResponseWriter(
        format: configuration.cite.format,
        quoteShare: name == "train" ? configuration.cite.quoteShare : 0,
        seed: seed
      ),
      cache: name == "train" ? trainingCache : heldOutCache
    )
  }

  /// The training questions by entity: those of citation training, and those reserved for sampling
  /// in stages 5 and 6, where a model that has not seen them errs as it does on new ones.
  var trainingParts: (cite: [Question], preferences: [Question]) {
    let share = configuration.collect.reservedShare
    let groups = Set(data.train.map(\.group)).sorted()
    var stream = RandomStream(seed: seed, name: "training parts")
    let reserved = Set(
      stream.permutation(groups.count).prefix(Int(share * Double(groups.count))).map { groups[$0] }
    )
    guard !reserved.isEmpty else { return (data.train, data.train) }
    return (
      data.train.filter { !reserved.contains($0.group) },
      data.train.filter { reserved.contains($0.group) }
    )
  }

  /// The development questions by entity: one half to choose with, one half to decide with.
  var developmentHalves: (selection: [Question], verdict: [Question]) {
    let groups = Set(data.development.map(\.group)).sorted()
    let chosen = Set(groups.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    return (
      data.development.filter { chosen.contains($0.group) },
      data.development.filter { !chosen.contains($0.group) }
    )
  }

  // MARK: Verifying

  /// Makes wrong answers from the material of the training questions.
  var corruptor: Corruptor { Corruptor(pool: data.train, seed: seed) }

  /// The verifier of the training questions, fitted when first needed.
  func verifier() throws -> ClaimVerifier {
    if let fittedVerifier { return fittedVerifier }
    let fitted = try VerifierBuilder.fit(try trainingPrompts(data.train), corruptor: corruptor)
    fittedVerifier = fitted
    return fitted
  }

  // MARK: Measuring

  func responder(_ text: TextModel) -> Responder {
    Responder(
      text: text,
      maximumNewTokens: configuration.evaluate.maxNewTokens,
      batchSize: configuration.evaluate.batchSize
    )
  }

  /// Greedy answers to prompts, measured.
  func measure(_ text: TextModel, _ prompts: [GroundedQuestion], task: String) throws -> Measurement
  {
    progress.begin(task, total: prompts.count, unit: "prompts")
    let progress = progress
    let answers = try responder(text).answer(prompts) { progress.update($0, "") }
    let measurement = Measurement(answers)
    let rate = measurement["hallucination_rate"]?.estimate ?? .nan
    progress.end("hallucination \(Self.percent(rate))")
    return measurement
  }

  /// Sampled answers to prompts, in order.
  func sample(
    _ text: TextModel,
    _ prompts: [GroundedQuestion],
    count: Int,
    temperature: Double,
    topP: Double = 1,
    task: String
  ) throws -> [[Answered]] {
    progress.begin(task, total: prompts.count * count, unit: "samples")
    let progress = progress
    let samples = try responder(text).sample(
      prompts,
      count: count,
      temperature: temperature,
      topP: topP,
      seed: seed
    ) { progress.update($0, "") }
    progress.end(nil)
    return samples
  }

  func klMeter(_ prompts: [GroundedQuestion], seedName: UInt64) -> KLMeter {
    let half = max(1, configuration.evaluate.klPrompts / 2)
    let neutral = data.suites.flatMap(\.items)
    let step = max(1, neutral.count / half)
    return KLMeter(
      taskPrompts: prompts.prefix(half).map(\.prompt),
      neutralPrompts: stride(from: 0, to: neutral.count, by: step).prefix(half)
        .map { neutral[$0].prompt },
      maximumNewTokens: configuration.evaluate.maxNewTokens,
      batchSize: configuration.evaluate.batchSize,
      seed: seed ^ seedName,
      resamples: configuration.evaluate.bootstrapResamples
    )
  }

  func bootstrap(_ name: String) -> ClusterBootstrap {
    ClusterBootstrap(
      seed: seed,
      name: name,
      resamples: configuration.evaluate.bootstrapResamples
    )
  }

  // MARK: Gates

  var gateMode: GateMode { configuration.gates.mode == .bound ? .bound : .point }

  var gateProfile: GateProfile { configuration.gates.profile }

  /// A threshold of the profile.
  func threshold(_ name: String) -> Double {
    guard let gate = Gates.named(name, profile: gateProfile) else {
      preconditionFailure("no gate \(name)")
    }
    return gate.threshold
  }

  /// Decides a gate of the profile at a stage.
  func decide(
    _ name: String,
    at stage: StageName,
    _ value: MetricValue?,
    isGating: Bool = true
  ) -> GateResult {
    guard let gate = Gates.named(name, profile: gateProfile) else {
      preconditionFailure("no gate \(name)")
    }
    return gate.at(stage: stage.rawValue, isGating: isGating).decide(value, mode: gateMode)
  }

  // MARK: Training

  /// A loop that logs into the stage's folder, shows progress and stops when interrupted.
  func loop(
    _ settings: TrainerSettings,
    task: String,
    name: String,
    digest: String
  ) -> TrainingLoop {
    var loop = TrainingLoop(settings: settings)
    loop.directory = folder + "/" + name
    loop.resumes = true
    loop.digest = digest
    loop.shouldStop = shouldStop
    let progress = progress
    let started = Started()
    loop.onEvent = { event in
      guard case .step(let step, let total, let loss) = event else { return }
      if started.isFirst() { progress.begin(task, total: total) }
      progress.update(step, "loss \(Self.decimal(loss, 3))")
      if step == total { progress.end(nil) }
    }
    return loop
  }

  /// Remembers whether a progress line was begun.
  private final class Started {
    private var begun = false
    func isFirst() -> Bool {
      defer { begun = true }
      return !begun
    }
  }

  // MARK: Files

  func write(_ value: JSONValue, _ name: String) throws {
    try AtomicFile.write(value.serialized(pretty: true) + "\n", to: folder + "/" + name)
  }

  func write(rows: [JSONValue], _ name: String) throws {
    try JSONLines.write(rows, to: folder + "/" + name)
  }

  /// The figures another stage recorded.
  func figures(of stage: StageName) throws -> JSONObject {
    guard let object = directory.record(of: stage)?.result["figures"]?.objectValue else {
      throw InputError(
        .missingInput,
        "the stage \(stage.rawValue) has not been run",
        file: directory.stagePath(stage),
        hint: "run without --from, or from an earlier stage"
      )
    }
    return object
  }

  /// A share as a percentage with one decimal.
  static func percent(_ value: Double) -> String { decimal(100 * value, 1) + " %" }

  /// A number with a fixed count of decimals.
  static func decimal(_ value: Double, _ places: Int) -> String {
    value.isFinite ? String(format: "%.\(places)f", value) : "-"
  }
}

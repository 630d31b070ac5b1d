import RealignData
import RealignKnowledge
import RealignModels
import RealignText

/// Evaluation, item by item: questions first, then the items of each capability.
struct EvaluateWork: RowWork {
  static let command = "evaluate"
  static let unit = "items"

  /// The settings that answers or figures depend on.
  private static let settingKeys = [
    "seed", "use_chat_template", "gates.mode", "gates.profile", "collect.passages_per_question",
    "evaluate.max_new_tokens", "evaluate.batch_size", "evaluate.bootstrap_resamples",
  ]

  private let options: EvaluateCommand.Options
  private let effective: EffectiveConfiguration
  private let context: CommandContext
  private let text: TextModel
  private let baseline: TextModel?
  private let store: KnowledgeStore?
  private var questions: [Question] = []
  private var suites: [CapabilitySuite] = []

  private var configuration: RunConfiguration { effective.values }

  init(
    _ options: EvaluateCommand.Options,
    configuration: EffectiveConfiguration,
    context: CommandContext
  ) throws {
    self.options = options
    effective = configuration
    self.context = context
    store = try options.knowledge.map { try KnowledgeStore(open: $0) }
    for file in options.suites {
      guard let first = try JSONLines.read(file).first?.value else {
        throw InputError(.badData, "a suite without items", file: file)
      }
      guard first["question"] != nil else {
        suites += try UserData.suites([file])
        continue
      }
      guard store != nil else {
        throw InputError(
          .usage,
          "questions need a knowledge base to retrieve passages from",
          file: file,
          field: "knowledge",
          hint: "realign knowledge build SOURCE --output KB.sqlite"
        )
      }
      questions += try QuestionRow.read(file).map(Question.init(row:))
    }
    func load(_ name: String, adapter: String?) throws -> TextModel {
      let text = try ModelReference.load(
        name,
        adapter: adapter,
        baseType: options.baseDtype.type,
        context: context
      )
      return configuration.values.useChatTemplate ? try text.framed() : text
    }
    text = try load(options.model, adapter: options.adapter)
    baseline = try options.baseline.map { try load($0, adapter: nil) }
  }

  static func reducer(_ settings: JSONObject) throws -> any RowReducer {
    try EvaluationReducer(configuration: RunConfiguration(recorded: settings))
  }

  var rowCount: Int { questions.count + suites.reduce(0) { $0 + $1.items.count } }

  var settings: JSONObject {
    var settings = effective.recorded(Self.settingKeys)
    settings["base_dtype"] = .string("\(options.baseDtype.type)")
    return settings
  }

  func sources() throws -> ShardSources {
    var sources = try ShardSources(
      model: options.model,
      adapter: options.adapter,
      environment: context.environment
    )
    try sources.add("suite", files: options.suites)
    sources.add(store)
    if let name = options.baseline {
      let directory = try ModelReference.resolve(name, environment: context.environment)
      sources.inputs.append(
        ShardSources.Input(
          name: "baseline",
          digest: try ShardSources.digest(directory: directory)
        )
      )
    }
    return sources
  }

  // MARK: Answers

  func records(_ range: Range<Int>, progress: (Int) -> Void) throws -> [JSONObject] {
    var records = try questionRecords(range.clamped(to: 0..<questions.count), progress)
    var start = questions.count
    for (number, suite) in suites.enumerated() {
      let own = range.clamped(to: start..<start + suite.items.count)
      if !own.isEmpty {
        let items = own.lowerBound - start..<own.upperBound - start
        records += try capabilityRecords(number, items, first: start)
      }
      start += suite.items.count
      progress(records.count)
    }
    return records
  }

  private func questionRecords(
    _ range: Range<Int>,
    _ progress: (Int) -> Void
  ) throws -> [JSONObject] {
    guard let store, !range.isEmpty else { return [] }
    let most = configuration.collect.passagesPerQuestion
    let prompts = try PromptBuilder(store: store, counts: min(2, most)...most, seed: 0)
      .prompts(Array(questions[range]))
    let after = try responder(text).answer(prompts, progress: progress)
    let before = try baseline.map { try responder($0).answer(prompts) }
    return range.map { index in
      let place = index - range.lowerBound
      var record: JSONObject = [
        "index": .integer(index), "id": .string(questions[index].id),
        "response": .string(after[place].response),
      ]
      record["question"] = after[place].judged.json
      record["baseline"] = before.map { $0[place].judged.json }
      return record
    }
  }

  private func responder(_ text: TextModel) -> Responder {
    Responder(
      text: text,
      maximumNewTokens: configuration.evaluate.maxNewTokens,
      batchSize: configuration.evaluate.batchSize
    )
  }

  private func capabilityRecords(
    _ number: Int,
    _ range: Range<Int>,
    first: Int
  ) throws -> [JSONObject] {
    let meter = CapabilityMeter(suites: suites, batchSize: configuration.evaluate.batchSize)
    let after = try meter.measure(text, suite: number, items: range)
    let before = try baseline.map { try meter.measure($0, suite: number, items: range) }
    return range.map { index in
      let item = suites[number].items[index]
      let place = index - range.lowerBound
      var record: JSONObject = [
        "index": .integer(first + index), "id": .string(item.id),
        "capability": .string(suites[number].name), "suite": .integer(number),
        "group": .string(item.group), "chance": .number(suites[number].chance),
        "correct": .bool(after[place]),
      ]
      record["baseline"] = before.map { .bool($0[place]) }
      return record
    }
  }
}

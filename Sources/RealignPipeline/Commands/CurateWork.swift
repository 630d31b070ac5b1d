import RealignCitations
import RealignData
import RealignDetection
import RealignKnowledge
import RealignModels
import RealignText

/// Curation, question by question.
struct CurateWork: RowWork {
  static let command = "curate"
  static let unit = "questions"

  /// The settings that rows or figures depend on.
  private static let settingKeys = [
    "seed", "use_chat_template", "gates.mode", "gates.profile", "collect.samples_per_question",
    "collect.temperature", "collect.top_p", "collect.max_new_tokens",
    "collect.passages_per_question", "collect.max_pairs", "cite.format", "cite.quote_share",
    "evaluate.batch_size",
  ]

  private let options: CurateCommand.Options
  private let effective: EffectiveConfiguration
  private let context: CommandContext
  private let store: KnowledgeStore
  private let questions: [Question]
  private let prompts: PromptBuilder
  private let collector: Collector
  private let responder: Responder

  init(
    _ options: CurateCommand.Options,
    configuration effective: EffectiveConfiguration,
    context: CommandContext
  ) throws {
    self.options = options
    self.effective = effective
    self.context = context
    let configuration = effective.values
    store = try KnowledgeStore(open: options.knowledge)
    questions = try options.questions.flatMap { try QuestionRow.read($0) }
      .map(Question.init(row:))
    guard !questions.isEmpty else {
      throw InputError(
        .badData,
        "there is no question",
        file: options.questions.first,
        expected: "rows " + QuestionRow.accepted
      )
    }
    let detector = try options.detector.map { try DetectorFile.load($0) }
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: options.baseDtype.type,
      context: context
    )
    responder = Responder(
      text: configuration.useChatTemplate ? try text.framed() : text,
      maximumNewTokens: configuration.collect.maxNewTokens,
      batchSize: configuration.evaluate.batchSize
    )
    let most = configuration.collect.passagesPerQuestion
    prompts = PromptBuilder(
      store: store,
      counts: min(2, most)...most,
      seed: configuration.seed,
      writer: CitedResponseWriter(
        format: configuration.cite.format,
        quoteShare: configuration.cite.quoteShare,
        seed: configuration.seed
      ),
      cache: RetrievalCache()
    )
    let corruptor = Corruptor(pool: questions, seed: configuration.seed)
    collector = Collector(
      verifier: try detector?.verifier
        ?? VerifierBuilder.fit(prompts.prompts(questions), corruptor: corruptor),
      corruptor: corruptor,
      settings: configuration.collect,
      seed: configuration.seed
    )
  }

  static func reducer(_ settings: JSONObject) throws -> any RowReducer {
    try CurationReducer(configuration: RunConfiguration(recorded: settings))
  }

  var rowCount: Int { questions.count }

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
    try sources.add("questions", files: options.questions)
    try sources.add("detector", files: options.detector.map { [DetectorFile.path($0)] } ?? [])
    sources.add(store)
    return sources
  }

  func records(_ range: Range<Int>, progress: (Int) -> Void) throws -> [JSONObject] {
    let grounded = try prompts.prompts(Array(questions[range]))
    let samples = max(1, collector.settings.samplesPerQuestion)
    let sampled = try collector.samplePairs(
      grounded,
      responder: responder,
      firstNumber: range.lowerBound
    ) { progress($0 / samples) }
    return range.map { number in
      let prompt = grounded[number - range.lowerBound]
      var record: JSONObject = [
        "index": .integer(number), "id": .string(prompt.question.id),
        "answerable": .bool(!prompt.question.answers.isEmpty),
        "retrieved": .bool(prompt.isAnswerable),
        "claims": .array(collector.claims(prompt).map { $0.toJSON() }),
      ]
      record["sampled"] = sampled[number - range.lowerBound].map(json)
      record["corrupted"] = collector.corruptionPair(prompt, number: number).map(json)
      return record
    }
  }

  private func json(_ pair: Pair) -> JSONValue {
    let citations = collector.citations(pair)
    return [
      "pair": pair.row.toJSON(), "class": .string(pair.name),
      "citations": .integer(citations.count), "right_citations": .integer(citations.right),
    ]
  }
}

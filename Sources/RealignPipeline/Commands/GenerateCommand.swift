import RealignData
import RealignModels
import RealignText

/// `realign generate`: batched generation.
public enum GenerateCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// Adapter directory.
    public var adapter: String?
    /// One prompt; comes before the rows of `data`.
    public var prompt: String?
    /// JSON Lines files of prompts, in order.
    public var data: [String]
    /// Most new tokens of a response.
    public var maxNewTokens: Int
    /// Whether `prompt` is a message of the user for the chat template.
    public var isChat: Bool
    /// Softmax temperature; 0 is greedy.
    ///
    /// Like the three after it, nil takes what the model's `generation_config.json` says.
    public var temperature: Double?
    /// Keep only this many most probable tokens.
    public var topK: Int?
    /// Keep the smallest set of tokens of this probability.
    public var topP: Double?
    /// Divisor of the positive logits of tokens that occurred; 1 is off.
    public var repetitionPenalty: Double?
    /// Responses decoded at the same time.
    public var batchSize: Int
    /// How the model's weights are kept in memory.
    public var baseDtype: BaseDtype
    /// Whether the text of a single prompt is printed as it is made, instead of a row.
    public var streams: Bool

    /// The options of one call.
    public init(
      model: String,
      adapter: String?,
      prompt: String?,
      isChat: Bool = false,
      data: [String],
      maxNewTokens: Int,
      temperature: Double? = nil,
      topK: Int? = nil,
      topP: Double? = nil,
      repetitionPenalty: Double? = nil,
      batchSize: Int,
      baseDtype: BaseDtype = .auto,
      streams: Bool = false
    ) {
      self.model = model
      self.adapter = adapter
      self.prompt = prompt
      self.isChat = isChat
      self.data = data
      self.maxNewTokens = maxNewTokens
      self.temperature = temperature
      self.topK = topK
      self.topP = topP
      self.repetitionPenalty = repetitionPenalty
      self.batchSize = batchSize
      self.baseDtype = baseDtype
      self.streams = streams
    }
  }

  /// The seed without `--seed`.
  private static let defaultSeed = RunConfiguration().seed

  /// Prints `{"index","text","ids","finish_reason"}` for every prompt, in order, each as soon as it
  /// and all before it are complete.
  ///
  /// All prompts are checked before the first is continued. The text of a prompt's response
  /// depends on the seed and its index, not on the batch size.
  ///
  /// - Throws: `InputError` for a wrong model, setting or row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    // Wrong flags are refused before anything is read.
    _ = try generationOptions(options, defaults: GenerationDefaults())
    context.configureThreads()
    let baseType = options.baseDtype.type
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: baseType,
      context: context
    )
    let encoder = RowEncoder(text, context: context)
    let generation = try generationOptions(
      options,
      seed: context.seed,
      defaults: text.companions.generation,
      endTokens: encoder.endTokens
    )
    if !text.companions.generation.unsupported.isEmpty {
      context.progress.warn(
        "\(ModelCompanions.generationName): not supported and left out: "
          + text.companions.generation.unsupported.joined(separator: ", ")
      )
    }
    context.progress.detail(generation.summary)
    let prompts = try prompts(options, encoder: encoder)
    try MemoryEstimate(
      model: text.model,
      prompts: prompts.map(\.count),
      newTokens: options.maxNewTokens,
      batchSize: options.batchSize
    ).report(context.progress, baseType: baseType)
    context.progress.begin("generate", total: prompts.count, unit: "prompts")
    let start = ContinuousClock.now
    let responses = try respond(
      prompts,
      generator: Generator(model: text.model, options: generation),
      tokenizer: text.tokenizer,
      streams: options.streams && prompts.count == 1,
      context: context
    )
    context.progress.end(
      "\(responses.count) responses, " + Count.rate(responses.tokenCount, "tokens", since: start)
    )
  }

  /// Generates and prints: rows, or a single text piece by piece.
  private static func respond(
    _ prompts: [[Int32]],
    generator: Generator,
    tokenizer: any Tokenizer,
    streams: Bool,
    context: CommandContext
  ) throws -> OrderedResponses {
    var responses = OrderedResponses()
    var stream = TextStream(tokenizer: tokenizer)
    try generator.stream(prompts) { event in
      switch event {
      case .token(let id, _):
        guard streams else { break }
        let piece = stream.append(id)
        if !piece.isEmpty { try context.output.piece(piece) }
      case .finished(let response, let index):
        let ready = responses.finish(response, index: index)
        guard !streams else { return try context.output.piece(stream.finish() + "\n") }
        for (index, response) in ready {
          try context.output.row(row(response, index: index, tokenizer: tokenizer))
        }
      case .step(let finished):
        if !streams { context.progress.update(finished, "") }
        try Interruption.check("while generating")
      }
    }
    return responses
  }

  private static func row(
    _ response: Generation,
    index: Int,
    tokenizer: any Tokenizer
  ) -> JSONValue {
    [
      "index": .integer(index),
      "text": .string(tokenizer.decode(response.ids, skipSpecialTokens: true)),
      "ids": .array(response.ids.map { .integer($0) }),
      "finish_reason": .string(response.finishReason.rawValue),
    ]
  }

  /// The flags, and for what they leave open the model's own settings.
  ///
  /// Nothing is drawn unless a flag or the file asks for it; a temperature alone draws from all
  /// tokens that the file's limits leave.
  static func generationOptions(
    _ options: Options,
    seed: UInt64? = nil,
    defaults: GenerationDefaults,
    endTokens: Set<Int32> = []
  ) throws -> GenerationOptions {
    let generation = GenerationOptions(
      maximumNewTokens: options.maxNewTokens,
      temperature: options.temperature ?? (defaults.samples ? defaults.temperature : 0),
      topK: options.topK ?? defaults.topK,
      topP: options.topP ?? defaults.topP,
      repetitionPenalty: options.repetitionPenalty ?? defaults.repetitionPenalty,
      seed: seed ?? defaultSeed,
      endTokens: endTokens,
      batchSize: options.batchSize
    )
    try generation.validate()
    return generation
  }

  private static func prompts(_ options: Options, encoder: RowEncoder) throws -> [[Int32]] {
    var prompts: [[Int32]] = []
    if let prompt = options.prompt {
      let message = ChatMessage(role: "user", content: prompt)
      let ids = try encoder.prompt(
        options.isChat ? .messages([message]) : .text(prompt),
        template: TemplateInputs(),
        place: RowPlace(file: "--prompt", line: nil)
      )
      try check(ids, encoder: encoder) { message, found, expected in
        InputError(.usage, message, field: "--prompt", found: found, expected: expected)
      }
      prompts.append(ids)
    }
    guard !options.data.isEmpty else { return prompts }
    for (place, row) in try RowFiles.read(options.data, as: GenerateRow.self) {
      let ids: [Int32]
      switch row {
      case .tokens(let given):
        try place.check(given, vocabularySize: encoder.vocabularySize)
        ids = given
      case .prompt(let content, let template):
        ids = try encoder.prompt(content, template: template, place: place)
      }
      try check(ids, encoder: encoder) { message, found, expected in
        place.error(message, found: found, expected: expected)
      }
      prompts.append(ids)
    }
    return prompts
  }

  private static func check(
    _ ids: [Int32],
    encoder: RowEncoder,
    error: (_ message: String, _ found: String, _ expected: String) -> InputError
  ) throws {
    guard (1..<encoder.maximumPositions).contains(ids.count) else {
      throw error(
        "the prompt cannot be continued",
        "\(ids.count) tokens",
        "1 to \(encoder.maximumPositions - 1) tokens"
      )
    }
  }
}

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
      baseDtype: BaseDtype = .auto
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
    }
  }

  /// The seed without `--seed`.
  private static let defaultSeed = RunConfiguration().seed

  /// Prints `{"index","text","ids","finish_reason"}` for every prompt, in order.
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
    let results = try Generator(model: text.model, options: generation).generate(prompts) {
      context.progress.update($0, "")
      try Interruption.check("while generating")
    }
    for (index, result) in results.enumerated() {
      try context.output.row([
        "index": .integer(index),
        "text": .string(text.tokenizer.decode(result.ids, skipSpecialTokens: true)),
        "ids": .array(result.ids.map { .integer($0) }),
        "finish_reason": .string(result.finishReason.rawValue),
      ])
    }
    let tokens = results.reduce(0) { $0 + $1.ids.count }
    context.progress.end(
      "\(results.count) responses, " + Count.rate(tokens, "tokens", since: start)
    )
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

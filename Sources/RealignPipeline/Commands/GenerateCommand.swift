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
    /// Softmax temperature; 0 is greedy.
    public var temperature: Double
    /// Keep only this many most probable tokens.
    public var topK: Int?
    /// Keep the smallest set of tokens of this probability.
    public var topP: Double
    /// Responses decoded at the same time.
    public var batchSize: Int
    /// How the model's weights are kept in memory.
    public var baseDtype: BaseDtype

    /// The options of one call.
    public init(
      model: String,
      adapter: String?,
      prompt: String?,
      data: [String],
      maxNewTokens: Int,
      temperature: Double,
      topK: Int?,
      topP: Double,
      batchSize: Int,
      baseDtype: BaseDtype = .auto
    ) {
      self.model = model
      self.adapter = adapter
      self.prompt = prompt
      self.data = data
      self.maxNewTokens = maxNewTokens
      self.temperature = temperature
      self.topK = topK
      self.topP = topP
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
    context.configureThreads()
    var generation = GenerationOptions(
      maximumNewTokens: options.maxNewTokens,
      temperature: options.temperature,
      topK: options.topK,
      topP: options.topP,
      seed: context.seed ?? defaultSeed,
      batchSize: options.batchSize
    )
    try generation.validate()
    let baseType = options.baseDtype.type
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: baseType,
      context: context
    )
    let encoder = RowEncoder(text)
    generation.endTokens = encoder.endTokens
    let prompts = try prompts(options, encoder: encoder)
    try MemoryEstimate(
      model: text.model,
      prompts: prompts.map(\.count),
      newTokens: options.maxNewTokens,
      batchSize: options.batchSize
    ).report(context.progress, baseType: baseType)
    context.progress.begin("generate", total: prompts.count, unit: "prompts")
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
    context.progress.end("\(results.count) responses, \(Count.grouped(tokens)) tokens")
  }

  private static func prompts(_ options: Options, encoder: RowEncoder) throws -> [[Int32]] {
    var prompts: [[Int32]] = []
    if let prompt = options.prompt {
      let ids = encoder.promptIDs(prompt)
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
      case .prompt(let content):
        ids = encoder.promptIDs(try place.text(content, field: "prompt"))
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

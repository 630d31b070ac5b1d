import Foundation
import RealignNumerics
import RealignText

/// A model with its tokenizer: text in, text out.
public struct TextModel: Sendable {
  /// The decoder.
  public var model: LanguageModel
  /// Its tokenizer.
  public let tokenizer: any Tokenizer
  /// Its chat templates and sampling settings.
  public let companions: ModelCompanions
  /// Turns prompts and completions into ids.
  public private(set) var encoder: TextEncoder

  /// Joins a model and a tokenizer.
  public init(
    model: LanguageModel,
    tokenizer: any Tokenizer,
    companions: ModelCompanions = ModelCompanions()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.companions = companions
    encoder = TextEncoder(tokenizer: tokenizer, model.configuration, companions)
  }

  /// Reads a model directory, and an adapter directory on top of it if one is given.
  ///
  /// - Parameters:
  ///   - directory: The model.
  ///   - adapter: The adapter.
  ///   - baseType: How the model's matrices are kept in memory.
  ///   - group: Ranks over which the matrices of the blocks are divided.
  /// - Throws: `InputError` naming the file and field that is missing or wrong.
  public static func load(
    _ directory: String,
    adapter: String? = nil,
    baseType: ScalarType = .f32,
    dividedOver group: any ProcessGroup = SingleProcess()
  ) throws -> TextModel {
    var model = try ModelDirectory.load(directory, baseType: baseType, dividedOver: group)
    let tokenizer = try TokenizerLoader.load(directory: directory)
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw InputError(
        .badData,
        "the tokenizer has more tokens than the model",
        file: directory,
        found: "\(tokenizer.vocabularySize)",
        expected: "at most \(model.configuration.vocabularySize)"
      )
    }
    if let adapter {
      model.adapter = try AdapterDirectory.load(adapter, for: model.configuration)
    }
    return TextModel(
      model: model,
      tokenizer: tokenizer,
      companions: try ModelCompanions(directory: directory)
    )
  }

  /// Writes everything transformers needs, adapters merged, weights stored in a type.
  public func save(_ directory: String, type: ScalarType = .f32) throws {
    try ModelDirectory.save(model.merged(), to: directory, type: type)
    try tokenizer.save(to: directory)
    try companions.save(to: directory)
  }

  /// The same tokenizer with other weights.
  public func with(_ model: LanguageModel) -> TextModel {
    var result = self
    result.model = model
    return result
  }

  /// The same with prompts put into the model's chat template, where it has one.
  ///
  /// - Throws: `InputError` for a template that cannot frame a single message.
  public func framed() throws -> TextModel {
    var result = self
    result.encoder.frame = try ChatFrame(companions)
    return result
  }

  /// Tokens that end a response.
  public var endTokens: Set<Int32> { encoder.endTokens }

  /// Ids of a prompt, with the model's first token where it has one.
  public func promptIDs(_ text: String) -> [Int32] { encoder.promptIDs(text) }

  /// A training or scoring row of a prompt and its completion, the end token included.
  ///
  /// - Parameter weight: Weight of a token in the loss, from its UTF-8 bytes of the completion; the
  ///   end token has the empty range at the end. Nil weighs all tokens alike.
  public func sequence(
    prompt: String,
    completion: String,
    weight: ((Range<Int>) -> Float)? = nil
  ) -> TokenSequence {
    let row = encoder.encode(prompt: prompt, completion: completion, endsText: true)
    let start = row.completionOffset
    return TokenSequence(
      ids: row.ids,
      completionStart: row.completionStart,
      weights: weight.map { weight in
        row.ranges[row.completionStart...].map { range in
          weight(max(0, range.lowerBound - start)..<max(0, range.upperBound - start))
        }
      }
    )
  }

  /// Generates text for prompts.
  public func generate(
    _ prompts: [String],
    options: GenerationOptions,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [TextGeneration] {
    var options = options
    if options.endTokens.isEmpty { options.endTokens = endTokens }
    let results = try Generator(model: model, options: options)
      .generate(prompts.map(promptIDs), progress: progress)
    return results.map {
      TextGeneration(text: tokenizer.decode($0.ids, skipSpecialTokens: true), tokens: $0)
    }
  }
}

/// A generated response as text and tokens.
public struct TextGeneration: Sendable, Equatable {
  /// The text, special tokens removed.
  public var text: String
  /// The tokens with their probabilities.
  public var tokens: Generation

  /// Joins text and tokens.
  public init(text: String, tokens: Generation) {
    self.text = text
    self.tokens = tokens
  }
}

extension TextEncoder {
  /// The encoder of a model: what its files say ends a response.
  public init(
    tokenizer: any Tokenizer,
    _ configuration: ModelConfiguration,
    _ companions: ModelCompanions
  ) {
    self.init(
      tokenizer: tokenizer,
      endToken: tokenizer.endOfText ?? configuration.endOfText.first,
      endTokens: Set(
        configuration.endOfText + companions.generation.endTokens
          + [tokenizer.endOfText].compactMap { $0 }
      )
    )
  }
}

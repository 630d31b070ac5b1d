import Foundation
import RealignNumerics
import RealignText

/// A model with its tokenizer: text in, text out.
public struct TextModel: Sendable {
  /// The decoder.
  public var model: LanguageModel
  /// Its tokenizer.
  public let tokenizer: any Tokenizer

  /// Joins a model and a tokenizer.
  public init(model: LanguageModel, tokenizer: any Tokenizer) {
    self.model = model
    self.tokenizer = tokenizer
  }

  /// Reads a model directory, and an adapter directory on top of it if one is given.
  ///
  /// - Parameters:
  ///   - directory: The model.
  ///   - adapter: The adapter.
  ///   - baseType: How the model's matrices are kept in memory.
  /// - Throws: `InputError` naming the file and field that is missing or wrong.
  public static func load(
    _ directory: String,
    adapter: String? = nil,
    baseType: ScalarType = .f32
  ) throws -> TextModel {
    var model = try ModelDirectory.load(directory, baseType: baseType)
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
    return TextModel(model: model, tokenizer: tokenizer)
  }

  /// Writes everything transformers needs, adapters merged, weights stored in a type.
  public func save(_ directory: String, type: ScalarType = .f32) throws {
    try ModelDirectory.save(model.merged(), to: directory, type: type)
    try tokenizer.save(to: directory)
  }

  /// The same tokenizer with other weights.
  public func with(_ model: LanguageModel) -> TextModel {
    TextModel(model: model, tokenizer: tokenizer)
  }

  /// Tokens that end a response.
  public var endTokens: Set<Int32> { Set(model.configuration.endOfText) }

  /// Ids of a prompt, with the model's first token where it has one.
  public func promptIDs(_ text: String) -> [Int32] {
    tokenizer.encode(text, addSpecialTokens: true)
  }

  /// Ids of a completion followed by the end token.
  public func completionIDs(_ text: String) -> [Int32] {
    let ids = tokenizer.encode(text, addSpecialTokens: false)
    return ids + model.configuration.endOfText.prefix(1)
  }

  /// A completion's ids with the character range of each in the completion's UTF-8 text.
  ///
  /// The end token has the empty range at the end.
  public func completionOffsets(_ text: String) -> [(id: Int32, range: Range<Int>)] {
    let end = text.utf8.count
    return tokenizer.encodeWithOffsets(text)
      + model.configuration.endOfText.prefix(1).map { ($0, end..<end) }
  }

  /// A training or scoring row; weights belong to the completion's tokens, end token included.
  public func sequence(
    prompt: String,
    completion: String,
    weight: ((Int32) -> Float)? = nil
  ) -> TokenSequence {
    var ids = promptIDs(prompt)
    let completion = completionIDs(completion)
    let start = max(1, ids.count)
    ids += completion
    return TokenSequence(
      ids: ids,
      completionStart: start,
      weights: weight.map { completion.map($0) }
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

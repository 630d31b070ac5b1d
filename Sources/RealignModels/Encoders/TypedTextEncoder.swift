import RealignNumerics
import RealignText

/// An encoder with its tokenizer, which fit each other, and the longest input of both.
struct TypedTextEncoder: Sendable {
  /// What an input is made of.
  enum Inputs: Sendable {
    case texts
    case pairs
  }

  let model: EncoderModel
  let tokenizer: ComposedTokenizer
  let maximumLength: Int

  /// Reads a directory.
  ///
  /// - Parameters:
  ///   - directory: With `config.json`, weights and `tokenizer.json`.
  ///   - inputs: What is to be encoded.
  ///   - limit: Most tokens of an input where something beside the tokenizer limits them.
  /// - Throws: `InputError` for absent and malformed files, and when tokenizer and model do not
  ///   fit each other.
  init(_ directory: String, inputs: Inputs, limit: Int? = nil) throws {
    // The weights come last: what else is wrong is found at once.
    let configuration = try EncoderDirectory.loadConfiguration(directory)
    tokenizer = try ComposedTokenizer(directory: directory)
    maximumLength = min(
      configuration.maximumPositions,
      tokenizer.roles.maximumLength ?? .max,
      limit ?? .max
    )
    try Self.check(tokenizer, directory)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw Self.misfit(
        "the tokenizer has more tokens than the model",
        directory,
        tokenizer.vocabularySize,
        "at most \(configuration.vocabularySize)"
      )
    }
    guard let empty = Self.encode("", tokenizer, inputs),
      let example = Self.encode("a", tokenizer, inputs)
    else {
      throw InputError(
        .badData,
        "the tokenizer does not say how two texts are joined",
        file: directory + "/tokenizer.json",
        field: "post_processor",
        expected: "a template with a pair of texts"
      )
    }
    guard empty.count < maximumLength else {
      throw Self.misfit(
        "no room for a text",
        directory,
        maximumLength,
        "a greatest length above \(empty.count) tokens"
      )
    }
    let types = 1 + Int(example.types.max() ?? 0)
    guard types <= configuration.typeCount else {
      throw Self.misfit(
        "the tokenizer has more segment types than the model",
        directory,
        types,
        "at most type_vocab_size, \(configuration.typeCount)"
      )
    }
    model = try EncoderDirectory.load(directory)
  }

  private static func encode(
    _ text: String,
    _ tokenizer: ComposedTokenizer,
    _ inputs: Inputs
  ) -> TypedTokens? {
    switch inputs {
    case .texts: tokenizer.encodeTyped(text)
    case .pairs: tokenizer.encodePair(text, text)
    }
  }

  private static func check(_ tokenizer: ComposedTokenizer, _ directory: String) throws {
    let side = tokenizer.extraConfiguration["truncation_side"]?.stringValue ?? "right"
    guard side == "right" else {
      throw InputError(
        .badData,
        "texts can be cut at their end only",
        file: directory + "/tokenizer_config.json",
        field: "truncation_side",
        found: side,
        expected: "right"
      )
    }
  }

  private static func misfit(
    _ message: String,
    _ directory: String,
    _ found: Int,
    _ expected: String
  ) -> InputError {
    InputError(.badData, message, file: directory, found: "\(found)", expected: expected)
  }
}

import RealignNumerics
import RealignText

/// Texts to vectors whose inner products say how alike the texts are (Reimers and Gurevych 2019).
public struct SentenceEncoder: Sendable {
  /// The encoder.
  public let model: EncoderModel
  /// Its tokenizer.
  public let tokenizer: ComposedTokenizer
  /// How the hidden states of a text become one vector.
  public let pooling: EncoderPooling
  /// Most tokens of a text, those around it included; what is longer is cut at its end.
  public let maximumLength: Int
  /// Whether vectors are brought to length 1.
  public var normalizes: Bool
  /// What is put before every text.
  public var prefix: String

  /// Reads a directory of transformers, or of sentence-transformers with `modules.json`.
  ///
  /// Without `modules.json` the mean over the tokens is taken and brought to length 1.
  ///
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones and for
  ///   models, modules and settings that are not supported, by name.
  public static func load(_ directory: String) throws -> SentenceEncoder {
    let modules = try SentenceModules(directory)
    let folder = modules.path.isEmpty ? directory : directory + "/" + modules.path
    let text = try TypedTextEncoder(folder, inputs: .texts, limit: modules.maximumLength)
    if modules.lowercases, text.tokenizer.encode("A B") != text.tokenizer.encode("a b") {
      throw InputError(
        .badData,
        "lower case is the tokenizer's work",
        file: folder + "/sentence_bert_config.json",
        field: "do_lower_case",
        found: "true",
        expected: "a tokenizer with a lower-case normalizer, or false"
      )
    }
    return SentenceEncoder(
      model: text.model,
      tokenizer: text.tokenizer,
      pooling: modules.pooling,
      maximumLength: text.maximumLength,
      normalizes: modules.normalizes,
      prefix: modules.prefix
    )
  }

  /// Number of values of a vector.
  public var dimension: Int { model.configuration.hiddenSize }

  /// The tokens of a text, with the prefix, cut to `maximumLength`.
  public func tokens(_ text: String) -> TypedTokens {
    tokenizer.encodeTyped(prefix + text, maximumLength: maximumLength)
  }

  /// One vector of `dimension` values per text, of length 1 where `normalizes` is set.
  ///
  /// A text's vector does not depend on the texts beside it.
  ///
  /// - Throws: `InputError` for a text without tokens.
  public func embed(_ texts: [String]) throws -> [[Float]] {
    try embeddings(of: texts.map(tokens))
  }

  /// The vectors of texts that are tokens already; `removedCount` of each says what was cut.
  ///
  /// - Parameters:
  ///   - inputs: Tokens as `tokens(_:)` gives them.
  ///   - progress: Called with the number of finished texts after each pass.
  /// - Throws: `InputError` for a text without tokens, and what `progress` throws.
  public func embeddings(
    of inputs: [TypedTokens],
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [[Float]] {
    if let index = inputs.firstIndex(where: { $0.count == 0 }) {
      throw InputError(.badData, "a text without tokens", found: "text \(index + 1)")
    }
    let pooled = try model.pooled(inputs, by: pooling, progress: progress)
    return inputs.indices.map { index in
      let values = pooled.rows(index..<index + 1).values
      return normalizes ? Self.unit(values) : values
    }
  }

  /// The values over their Euclidean length, which counts as 1e-12 at least.
  private static func unit(_ values: [Float]) -> [Float] {
    let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let factor = 1 / max(length, 1e-12)
    return values.map { Float(Double($0) * factor) }
  }
}

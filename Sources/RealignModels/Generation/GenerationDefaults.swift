import RealignText

/// What a model's `generation_config.json` says of sampling and of the end of a response.
///
/// What the file leaves open has the value that transformers gives it.
public struct GenerationDefaults: Sendable, Equatable {
  /// Whether tokens are drawn; false is greedy.
  public var samples = false
  /// Softmax temperature of drawing.
  public var temperature = 1.0
  /// Keep only this many most probable tokens; nil keeps all.
  public var topK: Int?
  /// Keep the smallest set of tokens whose probability reaches this.
  public var topP = 1.0
  /// Divisor of the positive logits of tokens that occurred; 1 is off.
  public var repetitionPenalty = 1.0
  /// Tokens that end a response.
  public var endTokens: [Int32] = []
  /// Settings of the file that would change the text and are not supported, in its order.
  public var unsupported: [String] = []

  /// Greedy, without end tokens.
  public init() {}

  /// Settings that change the text, with the values at which they do nothing.
  private static let neutral: KeyValuePairs<String, [JSONValue]> = [
    "min_p": [0], "typical_p": [1], "epsilon_cutoff": [0], "eta_cutoff": [0],
    "no_repeat_ngram_size": [0], "encoder_repetition_penalty": [1], "num_beams": [1],
    "penalty_alpha": [0], "min_new_tokens": [0], "min_length": [0], "guidance_scale": [1],
    "bad_words_ids": [], "suppress_tokens": [], "begin_suppress_tokens": [],
    "forced_bos_token_id": [], "forced_eos_token_id": [], "sequence_bias": [],
    "stop_strings": [],
  ]
  /// How many tokens transformers keeps when a file that samples does not say.
  private static let libraryTopK = 50

  /// Reads the file's object.
  ///
  /// - Throws: `InputError` naming a field of the wrong type.
  public init(json: JSONObject, file: String) throws {
    let reader = ConfigurationReader(json: json, file: file)
    // A temperature of zero is how many say greedy.
    let isZero = json["temperature"]?.doubleValue == 0
    temperature = isZero ? 1 : try reader.number("temperature", default: 1)
    samples = try !isZero && reader.flag("do_sample", default: false)
    topP = try reader.number("top_p", default: 1)
    repetitionPenalty = try reader.number("repetition_penalty", default: 1)
    endTokens = try reader.tokenIdentifiers("eos_token_id")
    if let value = json["top_k"], !value.isNull {
      guard let count = value.intValue, count >= 0 else {
        throw reader.error("top_k", found: value.serialized(), expected: "a count, 0 for all")
      }
      topK = count == 0 ? nil : count
    } else if samples {
      topK = Self.libraryTopK
    }
    unsupported = Self.neutral.compactMap { name, values in
      guard let value = json[name], !value.isNull, !values.contains(value) else { return nil }
      return name
    }
  }
}

import RealignText

/// How tokens are chosen and when generation stops.
public struct GenerationOptions: Sendable, Equatable {
  /// Most new tokens of a response.
  public var maximumNewTokens: Int
  /// Softmax temperature; 0 is greedy, ties to the lowest id.
  public var temperature: Double
  /// Keep only this many most probable tokens; nil keeps all.
  public var topK: Int?
  /// Keep the smallest set of tokens whose probability reaches this; 1 keeps all.
  public var topP: Double
  /// Divisor of the positive logits, and factor of the negative ones, of tokens that occurred in
  /// prompt or response (Keskar and others 2019); 1 is off.
  public var repetitionPenalty: Double
  /// Seed of the sampling streams; each sequence has its own.
  public var seed: UInt64
  /// Tokens that end a response.
  public var endTokens: Set<Int32>
  /// Sequences decoded at the same time.
  public var batchSize: Int
  /// The number of the first prompt in the input that the prompts are a part of.
  ///
  /// A sequence's random stream is named by its number, so a part draws what the whole would.
  public var firstIndex: Int

  /// Creates options; the defaults are greedy.
  public init(
    maximumNewTokens: Int = 64,
    temperature: Double = 0,
    topK: Int? = nil,
    topP: Double = 1,
    repetitionPenalty: Double = 1,
    seed: UInt64 = 0,
    endTokens: Set<Int32> = [],
    batchSize: Int = 128,
    firstIndex: Int = 0
  ) {
    self.maximumNewTokens = maximumNewTokens
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
    self.endTokens = endTokens
    self.batchSize = batchSize
    self.firstIndex = firstIndex
  }

  /// How tokens are chosen, in words.
  public var summary: String {
    let penalty = repetitionPenalty == 1 ? "" : ", repetition penalty \(repetitionPenalty)"
    guard temperature > 0 else { return "greedy" + penalty }
    return "sampling: temperature \(temperature), "
      + (topK.map { "top-k \($0), " } ?? "") + "top-p \(topP)" + penalty + ", seed \(seed)"
  }

  /// Checks the ranges.
  public func validate() throws {
    func check(_ holds: Bool, _ field: String, _ found: String, _ expected: String) throws {
      guard holds else {
        throw InputError(
          .usage,
          "bad sampling setting",
          field: field,
          found: found,
          expected: expected
        )
      }
    }
    try check(
      temperature.isFinite && temperature >= 0,
      "temperature",
      "\(temperature)",
      "0 (greedy) or a positive number"
    )
    try check(topP > 0 && topP <= 1, "top-p", "\(topP)", "a number in (0, 1]")
    try check(
      repetitionPenalty.isFinite && repetitionPenalty > 0,
      "repetition-penalty",
      "\(repetitionPenalty)",
      "a positive number; 1 is off"
    )
    try check((topK ?? 1) >= 1, "top-k", "\(topK ?? 0)", "at least 1")
    try check(
      (1...1_048_576).contains(maximumNewTokens),
      "max-new-tokens",
      "\(maximumNewTokens)",
      "1 to 1048576"
    )
    try check(batchSize >= 1, "batch size", "\(batchSize)", "at least 1")
  }
}

/// One generated response.
public struct Generation: Sendable, Equatable {
  /// Why it ended.
  public enum FinishReason: String, Sendable {
    /// An end token was produced.
    case stop
    /// The token limit or the model's last position was reached.
    case length
  }

  /// New tokens, the end token excluded.
  public var ids: [Int32]
  /// Why generation ended.
  public var finishReason: FinishReason
  /// Log-probability of each new token under the model at temperature 1, the end token included.
  public var logProbabilities: [Float]
  /// Entropy of the distribution at each new token, nats.
  public var entropies: [Float]

  /// Creates a response, for example one that was written by something else than this model.
  public init(
    ids: [Int32],
    finishReason: FinishReason,
    logProbabilities: [Float],
    entropies: [Float]
  ) {
    self.ids = ids
    self.finishReason = finishReason
    self.logProbabilities = logProbabilities
    self.entropies = entropies
  }
}

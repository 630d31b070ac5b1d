import RealignNumerics
import RealignText

/// Batched generation with a key-value cache.
///
/// Prompts are admitted as slots become free, prefilled together without padding, and decoded one
/// token per step for all live sequences. Equal prompts are prefilled once. A sequence's tokens do
/// not depend on its companions beyond rounding (on the kernels of `Matrix` not even by that), and
/// its random stream only on the seed and its number in the whole input.
public struct Generator: Sendable {
  /// The model, adapters included.
  public let model: LanguageModel
  /// Choice of tokens and limits.
  public let options: GenerationOptions
  /// Most packed rows of a prefill pass; a longer prompt has a pass of its own.
  var rowsPerPass = LanguageModel.defaultRowsPerPass

  /// Creates a generator.
  public init(model: LanguageModel, options: GenerationOptions) {
    self.model = model.fixingNorms()
    self.options = options
  }

  /// Generates one response per prompt, in order.
  ///
  /// - Parameters:
  ///   - prompts: Token ids, at least one each.
  ///   - progress: Called with the number of finished responses after every token; may throw to
  ///     stop.
  /// - Throws: `InputError` for an empty prompt, or one that leaves no position to generate at, and
  ///   what `progress` throws.
  public func generate(
    _ prompts: [[Int32]],
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [Generation] {
    var results = [Generation?](repeating: nil, count: prompts.count)
    try stream(prompts) { event in
      switch event {
      case .token: break
      case .finished(let result, let index): results[index] = result
      case .step(let finished): try progress(finished)
      }
    }
    return results.compactMap { $0 }
  }

  /// Generates one response per prompt and tells of every token and response as it comes.
  ///
  /// The tokens of one response come in order; those of different ones are interleaved, and short
  /// responses finish before long ones that began earlier. They are those of `generate`.
  ///
  /// - Parameters:
  ///   - prompts: Token ids, at least one each.
  ///   - onEvent: May throw to stop.
  /// - Throws: As `generate`.
  public func stream(
    _ prompts: [[Int32]],
    onEvent: (GenerationEvent) throws -> Void
  ) throws {
    try options.validate()
    try check(prompts)
    guard let longest = prompts.map(\.count).max() else { return }
    let capacity = min(
      longest + options.maximumNewTokens,
      model.configuration.maximumPositions
    )
    let batch = DecodingBatch(
      model: model,
      options: options,
      slotCount: min(options.batchSize, prompts.count),
      capacity: capacity
    )
    var slots = PromptSlots(prompts, slotCount: batch.slotCount, keepsPrompts: batch.keepsPrompts)
    var finished = 0
    while !slots.isExhausted || batch.isLive {
      // Slots are filled before the next token of the others, so that none is idle.
      let admissions = slots.admit()
      if admissions.isEmpty {
        batch.decode()
      } else {
        batch.admit(admissions, prompts: prompts, rowsPerPass: rowsPerPass)
      }
      try batch.report(onEvent)
      finished += batch.removeFinished { slots.free($0) }
      try onEvent(.step(finished: finished))
    }
  }

  private func check(_ prompts: [[Int32]]) throws {
    let vocabulary = Int32(model.configuration.vocabularySize)
    for (index, prompt) in prompts.enumerated() {
      guard !prompt.isEmpty, prompt.count < model.configuration.maximumPositions else {
        throw InputError(
          .badData,
          "prompt \(index) cannot be continued",
          found: "\(prompt.count) tokens",
          expected: "1 to \(model.configuration.maximumPositions - 1) tokens"
        )
      }
      if let bad = prompt.first(where: { $0 < 0 || $0 >= vocabulary }) {
        throw InputError(
          .badData,
          "prompt \(index) has an unknown token id",
          found: "\(bad)",
          expected: "0 to \(vocabulary - 1)"
        )
      }
    }
  }
}

import RealignNumerics
import RealignText

/// Batched generation with a key-value cache.
///
/// Prompts are admitted as slots become free, prefilled together without padding, and decoded one
/// token per step for all live sequences. A sequence's tokens do not depend on its companions
/// beyond rounding, and its random stream only on the seed and its index.
public struct Generator: Sendable {
  /// The model, adapters included.
  public let model: LanguageModel
  /// Choice of tokens and limits.
  public let options: GenerationOptions

  /// Creates a generator.
  public init(model: LanguageModel, options: GenerationOptions) {
    self.model = model.fixingNorms()
    self.options = options
  }

  /// One sequence being decoded.
  private struct Live {
    let index: Int
    let slot: Int
    var length: Int
    var last: Int32
    var stream: RandomStream
    /// Tokens so far; kept only where they are penalised.
    var seen: Set<Int32> = []
    var result = Generation(
      ids: [],
      finishReason: .length,
      logProbabilities: [],
      entropies: []
    )
    var isFinished = false
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
    try options.validate()
    try check(prompts)
    guard let longest = prompts.map(\.count).max() else { return [] }
    let capacity = min(
      longest + options.maximumNewTokens,
      model.configuration.maximumPositions
    )
    let slots = min(options.batchSize, prompts.count)
    let cache = KeyValueCache(
      configuration: model.configuration,
      decoder: model.decoder,
      slotCount: slots,
      capacity: capacity
    )
    let activations = Activations(training: false)
    var results = [Generation?](repeating: nil, count: prompts.count)
    var free = Array((0..<slots).reversed())
    var live: [Live] = []
    var next = 0
    var finished = 0
    while next < prompts.count || !live.isEmpty {
      var admitted: [Live] = []
      while next < prompts.count, let slot = free.popLast() {
        admitted.append(
          Live(
            index: next,
            slot: slot,
            length: prompts[next].count,
            last: 0,
            stream: RandomStream(seed: options.seed, name: "generate/\(next)"),
            seen: options.repetitionPenalty == 1 ? [] : Set(prompts[next])
          )
        )
        next += 1
      }
      if !admitted.isEmpty {
        prefill(&admitted, prompts: prompts, cache: cache, activations: activations)
        live += admitted
      } else {
        decode(&live, cache: cache, activations: activations)
      }
      for sequence in live where sequence.isFinished {
        results[sequence.index] = sequence.result
        free.append(sequence.slot)
        finished += 1
      }
      live.removeAll { $0.isFinished }
      try progress(finished)
    }
    return results.compactMap { $0 }
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

  /// Fills the caches of new sequences and chooses their first token.
  private func prefill(
    _ sequences: inout [Live],
    prompts: [[Int32]],
    cache: KeyValueCache,
    activations: Activations
  ) {
    var batch = PackedBatch()
    var starts: [Int] = []
    for sequence in sequences {
      starts.append(batch.rowCount)
      batch.appendPrompt(prompts[sequence.index])
    }
    let admitted = sequences
    let stream = model.forward(batch, activations: activations) { layer, state in
      let (_, key, value) = self.model.block(layer).split(state.fused)
      for (sequence, start) in zip(admitted, starts) {
        let rows = start..<start + sequence.length
        cache.store(
          layer: layer,
          slot: sequence.slot,
          position: 0,
          key: key.rows(rows),
          value: value.rows(rows)
        )
      }
    }
    let lastRows = zip(sequences, starts).map { Int32($1 + $0.length - 1) }
    let picked = Tensor(rows: sequences.count, columns: model.configuration.hiddenSize)
    Embedding.gather(table: stream, ids: lastRows, into: picked)
    choose(&sequences, stream: picked, capacity: cache.capacity)
  }

  /// Advances every live sequence by one token.
  private func decode(_ live: inout [Live], cache: KeyValueCache, activations: Activations) {
    let rows = live.count
    activations.prepare(rows: rows, model: model)
    let positions = live.map { Int32($0.length) }
    model.embed(
      live.map(\.last),
      positions: positions,
      into: activations.state(0, rows: rows).input
    )
    let lengths = live.map { $0.length + 1 }
    let slots = live.map(\.slot)
    let output = activations.final(rows: rows)
    let configuration = model.configuration
    for layer in 0..<configuration.layerCount {
      let block = model.block(layer)
      var state = activations.state(layer, rows: rows)
      if layer > 0 { state.input.copy(from: output) }
      block.project(state: &state, positions: positions, dropout: nil)
      let (query, key, value) = block.split(state.fused)
      for (row, sequence) in live.enumerated() {
        cache.store(
          layer: layer,
          slot: sequence.slot,
          position: sequence.length,
          key: key.rows(row..<row + 1),
          value: value.rows(row..<row + 1)
        )
      }
      CausalAttention.decode(
        query: query,
        keys: cache.keys(layer),
        values: cache.values(layer),
        slots: slots,
        lengths: cache.lengths(layer, of: lengths),
        capacity: cache.capacity(layer),
        heads: configuration.headCount,
        keyValueHeads: configuration.keyValueHeadCount,
        options: block.attention,
        into: state.attended
      )
      block.finishAttention(state: &state, dropout: nil)
      block.feedForward(state: &state, into: output, dropout: nil)
    }
    for index in live.indices { live[index].length += 1 }
    choose(&live, stream: output, capacity: cache.capacity)
  }

  /// Projects the last hidden states and chooses one token per sequence.
  private func choose(_ sequences: inout [Live], stream: Tensor, capacity: Int) {
    let configuration = model.configuration
    let normed = Tensor(rows: stream.rows, columns: stream.columns)
    model.finalNorm.forward(
      stream,
      into: normed,
      inverse: Tensor(rows: stream.rows, columns: 1)
    )
    let logits = Tensor(rows: stream.rows, columns: configuration.vocabularySize)
    model.logits(of: normed, into: logits)
    let sampler = Sampler(options: options)
    var chosen: [Int32] = []
    for row in sequences.indices {
      chosen.append(
        sampler.choose(
          logits.rows(row..<row + 1).values,
          seen: sequences[row].seen,
          stream: &sequences[row].stream
        )
      )
    }
    let statistics = Softmax.statistics(logits: logits, targets: chosen)
    for row in sequences.indices {
      record(
        chosen[row],
        logProbability: statistics.logProbability[row],
        entropy: statistics.entropy[row],
        in: &sequences[row],
        capacity: capacity
      )
    }
  }

  private func record(
    _ token: Int32,
    logProbability: Float,
    entropy: Float,
    in sequence: inout Live,
    capacity: Int
  ) {
    sequence.result.logProbabilities.append(logProbability)
    sequence.result.entropies.append(entropy)
    if options.endTokens.contains(token) {
      sequence.result.finishReason = .stop
      sequence.isFinished = true
      return
    }
    sequence.result.ids.append(token)
    if options.repetitionPenalty != 1 { sequence.seen.insert(token) }
    sequence.last = token
    if sequence.result.ids.count >= options.maximumNewTokens || sequence.length >= capacity {
      sequence.isFinished = true
    }
  }
}

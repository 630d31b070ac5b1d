import RealignNumerics

/// One sequence being decoded; at any time one thread uses it.
final class LiveSequence: @unchecked Sendable {
  /// Which prompt it continues.
  let index: Int
  /// Its part of the cache.
  let slot: Int
  /// Positions whose keys and values are in the cache.
  var length: Int
  /// The latest token, the next input.
  private(set) var last: Int32 = 0
  private(set) var result = Generation(
    ids: [],
    finishReason: .length,
    logProbabilities: [],
    entropies: []
  )
  private(set) var isFinished = false
  /// A token that nobody was told of yet.
  private var untold: Int32?
  /// What was chosen but not recorded.
  private var chosen: Int32 = 0
  private var stream: RandomStream
  /// Tokens so far; kept only where they are penalised.
  private var seen: Set<Int32> = []
  private let options: GenerationOptions
  private let capacity: Int

  init(index: Int, slot: Int, prompt: [Int32], capacity: Int, options: GenerationOptions) {
    self.index = index
    self.slot = slot
    self.options = options
    self.capacity = capacity
    length = prompt.count
    stream = RandomStream(seed: options.seed, name: "generate/\(options.firstIndex + index)")
    if options.repetitionPenalty != 1 { seen = Set(prompt) }
    let most = min(options.maximumNewTokens, capacity - prompt.count + 1)
    result.ids.reserveCapacity(most)
    result.logProbabilities.reserveCapacity(most)
    result.entropies.reserveCapacity(most)
  }

  /// Chooses the next token from a row of logits.
  func choose(_ logits: Tensor, sampler: Sampler) {
    chosen = sampler.choose(logits, seen: seen, stream: &stream)
  }

  /// Takes the next token as it is.
  func choose(_ token: Int32) { chosen = token }

  /// Adds the chosen token, given the row of logits and what was measured of it.
  func record(_ logits: Tensor, _ measured: LogitMeasurements, row: Int) {
    let logProbability = Double(logits[0, Int(chosen)]) - measured.logSumExp(row)
    result.logProbabilities.append(Float(logProbability))
    result.entropies.append(measured.entropy(row))
    if options.endTokens.contains(chosen) {
      result.finishReason = .stop
      isFinished = true
      return
    }
    result.ids.append(chosen)
    if options.repetitionPenalty != 1 { seen.insert(chosen) }
    last = chosen
    untold = chosen
    isFinished = result.ids.count >= options.maximumNewTokens || length >= capacity
  }

  /// Tells of a new token, and of the end.
  func report(_ onEvent: (GenerationEvent) throws -> Void) rethrows {
    if let token = untold {
      untold = nil
      try onEvent(.token(token, index: index))
    }
    if isFinished { try onEvent(.finished(result, index: index)) }
  }
}

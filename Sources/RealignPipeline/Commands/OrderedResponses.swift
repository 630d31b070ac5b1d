import RealignModels

/// Responses in the order of their prompts, though they end in another.
struct OrderedResponses {
  private var waiting: [Int: Generation] = [:]
  private var next = 0
  /// Responses so far.
  private(set) var count = 0
  /// Their tokens.
  private(set) var tokenCount = 0

  /// Takes the response to a prompt, and returns those that follow the ones returned before.
  mutating func finish(
    _ response: Generation,
    index: Int
  ) -> [(index: Int, response: Generation)] {
    count += 1
    tokenCount += response.ids.count
    waiting[index] = response
    var ready: [(index: Int, response: Generation)] = []
    while let response = waiting.removeValue(forKey: next) {
      ready.append((next, response))
      next += 1
    }
    return ready
  }
}

import RealignNumerics
import Synchronization

/// Chooses tokens from rows of logits.
struct Sampler: Sendable {
  let options: GenerationOptions
  private let rooms = Rooms()

  init(options: GenerationOptions) { self.options = options }

  /// Whether the most probable token is chosen, nothing penalised.
  var isPlainGreedy: Bool { options.temperature == 0 && options.repetitionPenalty == 1 }

  /// The chosen token; `stream` advances once unless decoding is greedy.
  ///
  /// - Parameters:
  ///   - logits: One row; penalised and restored where options say so.
  ///   - seen: Tokens of prompt and response so far, for the repetition penalty.
  ///   - stream: Where a draw comes from.
  func choose(
    _ logits: Tensor,
    seen: Set<Int32> = [],
    stream: inout RandomStream
  ) -> Int32 {
    let room = rooms.borrow()
    defer { rooms.giveBack(room) }
    room.penalize(logits, seen: seen, by: Float(options.repetitionPenalty))
    defer { room.restore(logits) }
    guard options.temperature > 0 else { return Self.greatest(logits) }
    Softmax.weights(of: logits, temperature: options.temperature, into: &room.weights)
    let weights = room.weights
    let kept = min(options.topK ?? weights.count, weights.count)
    guard kept < weights.count || options.topP < 1 else {
      return Self.draw(kept, stream: &stream) { (Int32($0), weights[$0]) }
    }
    let count =
      options.topP < 1
      ? Self.nucleus(options.topP, of: kept, weights, into: &room.candidates) : kept
    if options.topP == 1 { room.candidates.selectBest(kept, of: weights) }
    let candidates = room.candidates
    return Self.draw(count, stream: &stream) { candidates[$0] }
  }

  /// Sorts as many of the best `count` candidates as the smallest head that reaches `share` of
  /// their probability takes (Holtzman and others 2020), and returns how many it has.
  private static func nucleus(
    _ share: Double,
    of count: Int,
    _ weights: [Double],
    into candidates: inout [Candidate]
  ) -> Int {
    let isLimited = count < weights.count
    // Few tokens hold most of the probability as a rule; more are sorted only where they do not.
    var sorted = isLimited ? count : min(256, count)
    while true {
      candidates.selectBest(sorted, of: weights)
      let total =
        isLimited ? candidates.reduce(0) { $0 + $1.weight } : weights.reduce(0, +)
      var sum = 0.0
      for (index, candidate) in candidates.enumerated() {
        sum += candidate.weight
        if sum >= share * total { return index + 1 }
      }
      if sorted == count { return count }
      sorted = min(16 * sorted, count)
    }
  }

  /// One of `count` candidates, with the probability of its share of the weights.
  private static func draw(
    _ count: Int,
    stream: inout RandomStream,
    _ candidate: (Int) -> Candidate
  ) -> Int32 {
    var total = 0.0
    for index in 0..<count { total += candidate(index).weight }
    var remaining = stream.uniform() * total
    for index in 0..<count {
      let (id, weight) = candidate(index)
      remaining -= weight
      if remaining < 0 { return id }
    }
    return candidate(count - 1).id
  }

  static func greatest(_ logits: Tensor) -> Int32 {
    var best = 0
    for index in 1..<max(logits.columns, 1) where logits[0, index] > logits[0, best] {
      best = index
    }
    return Int32(best)
  }

  /// What one choice needs, used by one thread at a time.
  private final class Room: @unchecked Sendable {
    var weights: [Double] = []
    var candidates: [Candidate] = []
    private var penalized: [(id: Int32, logit: Float)] = []

    func penalize(_ logits: Tensor, seen: Set<Int32>, by penalty: Float) {
      guard penalty != 1 else { return }
      for id in seen {
        let value = logits[0, Int(id)]
        penalized.append((id, value))
        logits[0, Int(id)] = value < 0 ? value * penalty : value / penalty
      }
    }

    func restore(_ logits: Tensor) {
      for (id, logit) in penalized { logits[0, Int(id)] = logit }
      penalized.removeAll(keepingCapacity: true)
    }
  }

  /// As many rooms as there were choices at the same time.
  private final class Rooms: Sendable {
    private let free = Mutex<[Room]>([])

    func borrow() -> Room { free.withLock { $0.popLast() } ?? Room() }

    func giveBack(_ room: Room) { free.withLock { $0.append(room) } }
  }
}

/// A token and a number proportional to its probability.
typealias Candidate = (id: Int32, weight: Double)

extension [Candidate] {
  private static func precedes(_ a: Candidate, _ b: Candidate) -> Bool {
    a.weight != b.weight ? a.weight > b.weight : a.id < b.id
  }

  /// Becomes the `count` greatest of the weights in falling order, the lower id of equals first.
  mutating func selectBest(_ limit: Int, of weights: [Double]) {
    removeAll(keepingCapacity: true)
    let direct = limit == weights.count
    for (index, weight) in weights.enumerated() {
      let candidate = (id: Int32(index), weight: weight)
      if count < limit {
        append(candidate)
        // From here on a heap whose root is the worst of those kept.
        if count == limit && !direct {
          for parent in (0..<limit / 2).reversed() { sink(parent) }
        }
      } else if weight > self[0].weight {
        self[0] = candidate
        sink(0)
      }
    }
    sort(by: Self.precedes)
  }

  private mutating func sink(_ start: Int) {
    var parent = start
    while 2 * parent + 1 < count {
      var child = 2 * parent + 1
      if child + 1 < count, Self.precedes(self[child], self[child + 1]) { child += 1 }
      guard Self.precedes(self[parent], self[child]) else { return }
      swapAt(parent, child)
      parent = child
    }
  }
}

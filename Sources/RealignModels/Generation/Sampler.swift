import Foundation
import RealignNumerics

/// Chooses a token from one row of logits.
struct Sampler {
  let options: GenerationOptions

  /// The chosen token; `stream` advances once unless decoding is greedy.
  ///
  /// - Parameter seen: Tokens of prompt and response so far, for the repetition penalty.
  func choose(
    _ logits: [Float],
    seen: Set<Int32> = [],
    stream: inout RandomStream
  ) -> Int32 {
    var logits = logits
    if options.repetitionPenalty != 1 {
      let penalty = Float(options.repetitionPenalty)
      for id in seen {
        let value = logits[Int(id)]
        logits[Int(id)] = value < 0 ? value * penalty : value / penalty
      }
    }
    guard options.temperature > 0 else { return Self.greatest(logits) }
    var candidates = probabilities(logits)
    if let topK = options.topK, topK < candidates.count {
      candidates.sort(by: Self.order)
      candidates.removeLast(candidates.count - topK)
    }
    if options.topP < 1 {
      candidates.sort(by: Self.order)
      cutNucleus(&candidates)
    }
    let total = candidates.reduce(0) { $0 + $1.weight }
    var remaining = stream.uniform() * total
    for candidate in candidates {
      remaining -= candidate.weight
      if remaining < 0 { return candidate.id }
    }
    return candidates[candidates.count - 1].id
  }

  private typealias Candidate = (id: Int32, weight: Double)

  private static func order(_ a: Candidate, _ b: Candidate) -> Bool {
    a.weight != b.weight ? a.weight > b.weight : a.id < b.id
  }

  private func probabilities(_ logits: [Float]) -> [Candidate] {
    let greatest = Double(logits.max() ?? 0)
    return logits.enumerated().map { index, logit in
      (Int32(index), exp((Double(logit) - greatest) / options.temperature))
    }
  }

  /// Keeps the smallest head of the sorted candidates that reaches `topP` (Holtzman and others 2020).
  private func cutNucleus(_ candidates: inout [Candidate]) {
    let limit = options.topP * candidates.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for (index, candidate) in candidates.enumerated() {
      sum += candidate.weight
      if sum >= limit {
        candidates.removeLast(candidates.count - index - 1)
        return
      }
    }
  }

  static func greatest(_ logits: [Float]) -> Int32 {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return Int32(best)
  }
}

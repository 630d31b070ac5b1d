import Foundation
import RealignModels

/// Pairs packed as prompt, chosen, rejected, with the prompt computed once.
struct PreferenceBatch {
  let examples: [PreferenceExample]
  /// Weight of the tokens beyond the length of a pair's shorter answer; nil means 1.
  let ldAlpha: Double?
  private(set) var packed = PackedBatch()

  init(_ examples: some Sequence<PreferenceExample>, ldAlpha: Double?) {
    self.examples = Array(examples)
    self.ldAlpha = ldAlpha
    for example in self.examples {
      packed.append(prompt: example.prompt, completions: [example.chosen, example.rejected])
    }
  }

  func chosenRange(_ pair: Int) -> Range<Int> { packed.completionRanges[2 * pair] }
  func rejectedRange(_ pair: Int) -> Range<Int> { packed.completionRanges[2 * pair + 1] }

  /// Which tokens of an answer take part in the preference, and with what weight.
  private struct TokenWeights {
    let mask: [Bool]?
    let shared: Int
    let tail: Double

    /// The weight of the token at an offset in its answer; 0 where it does not take part.
    func callAsFunction(_ offset: Int) -> Double {
      guard mask?[offset] ?? true else { return 0 }
      return offset < shared ? 1 : tail
    }
  }

  private func weights(_ pair: Int) -> (chosen: TokenWeights, rejected: TokenWeights) {
    let example = examples[pair]
    let shared =
      ldAlpha == nil ? Int.max : min(example.chosen.count, example.rejected.count)
    let tail = ldAlpha ?? 1
    return (
      TokenWeights(mask: example.chosenMask, shared: shared, tail: tail),
      TokenWeights(mask: example.rejectedMask, shared: shared, tail: tail)
    )
  }

  /// Weighted Σ of a per-target quantity over the tokens that take part in the preference.
  func weightedSums(_ pair: Int, _ values: [Float]) -> (chosen: Double, rejected: Double) {
    let (chosen, rejected) = weights(pair)
    return (
      Self.sum(values[chosenRange(pair)], weight: chosen.callAsFunction),
      Self.sum(values[rejectedRange(pair)], weight: rejected.callAsFunction)
    )
  }

  private static func sum(_ values: ArraySlice<Float>, weight: (Int) -> Double) -> Double {
    var total = 0.0
    for (offset, value) in values.enumerated() {
      let factor = weight(offset)
      if factor != 0 { total += factor * Double(value) }
    }
    return total
  }

  /// What the losses see of every pair.
  ///
  /// - Parameter statistics: With collision probabilities, pairs get the weights of WPO.
  func pairs(
    _ statistics: TokenStatistics,
    reference: [(chosen: Double, rejected: Double)]
  ) -> [PairLogProbabilities] {
    examples.indices.map { pair in
      let sums = weightedSums(pair, statistics.logProbabilities)
      var result = PairLogProbabilities(
        policyChosen: sums.chosen,
        policyRejected: sums.rejected,
        referenceChosen: reference[pair].chosen,
        referenceRejected: reference[pair].rejected,
        chosenLength: examples[pair].selectedChosen,
        rejectedLength: examples[pair].selectedRejected,
        supervisedSum: Self.sum(statistics.logProbabilities[chosenRange(pair)]) { _ in 1 },
        supervisedCount: examples[pair].chosen.count
      )
      if !statistics.logCollisions.isEmpty { result.weight = weight(of: pair, statistics) }
      return result
    }
  }

  /// WPO's weight w(chosen)·w(rejected), w = exp of the mean of log p − log Σ_v p_v² over the
  /// tokens that take part (Zhou and others 2024, arXiv 2406.11827, equation 2 with sampled
  /// alignment).
  private func weight(of pair: Int, _ statistics: TokenStatistics) -> Double {
    let example = examples[pair]
    func mean(_ range: Range<Int>, mask: [Bool]?, count: Int) -> Double {
      var total = 0.0
      for (offset, index) in range.enumerated() where mask?[offset] ?? true {
        total += Double(statistics.logProbabilities[index]) - statistics.logCollisions[index]
      }
      return total / Double(max(1, count))
    }
    return exp(
      mean(chosenRange(pair), mask: example.chosenMask, count: example.selectedChosen)
        + mean(rejectedRange(pair), mask: example.rejectedMask, count: example.selectedRejected)
    )
  }

  /// dLoss / dlog-probability of every target, from the derivatives of the pairs' sums.
  func coefficients(_ losses: [PairLoss], scale: Double) -> [Float] {
    var result = [Float](repeating: 0, count: packed.targets.count)
    func product(_ weight: Double, _ gradient: Double) -> Double {
      weight == 0 ? 0 : weight * gradient
    }
    for pair in examples.indices {
      let loss = losses[pair]
      let (chosen, rejected) = weights(pair)
      for (offset, index) in chosenRange(pair).enumerated() {
        result[index] = Float(
          scale * (product(chosen(offset), loss.gradientChosen) + loss.gradientSupervised)
        )
      }
      for (offset, index) in rejectedRange(pair).enumerated() {
        result[index] = Float(scale * product(rejected(offset), loss.gradientRejected))
      }
    }
    return result
  }
}

import RealignModels

/// Pairs packed as prompt, chosen, rejected, with the prompt computed once.
struct PreferenceBatch {
  let examples: [PreferenceExample]
  private(set) var packed = PackedBatch()

  init(_ examples: some Sequence<PreferenceExample>) {
    self.examples = Array(examples)
    for example in self.examples {
      packed.append(prompt: example.prompt, completions: [example.chosen, example.rejected])
    }
  }

  func chosenRange(_ pair: Int) -> Range<Int> { packed.completionRanges[2 * pair] }
  func rejectedRange(_ pair: Int) -> Range<Int> { packed.completionRanges[2 * pair + 1] }

  /// Σ of a per-target quantity over the tokens that take part in the preference.
  func maskedSums(_ pair: Int, _ values: [Float]) -> (chosen: Double, rejected: Double) {
    (
      Self.sum(values[chosenRange(pair)], mask: examples[pair].chosenMask),
      Self.sum(values[rejectedRange(pair)], mask: examples[pair].rejectedMask)
    )
  }

  private static func sum(_ values: ArraySlice<Float>, mask: [Bool]?) -> Double {
    var total = 0.0
    for (offset, value) in values.enumerated() where mask?[offset] ?? true {
      total += Double(value)
    }
    return total
  }

  /// What the losses see of every pair.
  func pairs(
    _ values: [Float],
    reference: [(chosen: Double, rejected: Double)]
  ) -> [PairLogProbabilities] {
    examples.indices.map { pair in
      let sums = maskedSums(pair, values)
      return PairLogProbabilities(
        policyChosen: sums.chosen,
        policyRejected: sums.rejected,
        referenceChosen: reference[pair].chosen,
        referenceRejected: reference[pair].rejected,
        chosenLength: examples[pair].selectedChosen,
        rejectedLength: examples[pair].selectedRejected,
        supervisedSum: Self.sum(values[chosenRange(pair)], mask: nil),
        supervisedCount: examples[pair].chosen.count
      )
    }
  }

  /// dLoss / dlog-probability of every target, from the derivatives of the pairs' sums.
  func coefficients(_ losses: [PairLoss], scale: Double) -> [Float] {
    var result = [Float](repeating: 0, count: packed.targets.count)
    for pair in examples.indices {
      let loss = losses[pair]
      for (offset, index) in chosenRange(pair).enumerated() {
        let selected = examples[pair].chosenMask?[offset] ?? true
        result[index] = Float(
          scale * ((selected ? loss.gradientChosen : 0) + loss.gradientSupervised)
        )
      }
      for (offset, index) in rejectedRange(pair).enumerated()
      where examples[pair].rejectedMask?[offset] ?? true {
        result[index] = Float(scale * loss.gradientRejected)
      }
    }
    return result
  }
}

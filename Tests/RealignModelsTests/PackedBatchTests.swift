import RealignModels
import RealignNumerics
import Testing

@Suite("Packed batches")
struct PackedBatchTests {
  let model = Fixtures.tinyModel()

  @Test("targets of a sequence follow the row that predicts them")
  func layout() {
    var batch = PackedBatch()
    batch.append(TokenSequence(ids: [5, 6, 7, 8], completionStart: 2))
    batch.append(prompt: [3, 4], completions: [[9, 10], [11]])
    #expect(batch.tokens == [5, 6, 7, 3, 4, 9])
    #expect(batch.positions == [0, 1, 2, 0, 1, 2])
    #expect(batch.targetRows == [1, 2, 4, 5, 4])
    #expect(batch.targets == [7, 8, 9, 10, 11])
    #expect(batch.completionRanges == [0..<2, 2..<4, 4..<5])
  }

  /// The same arithmetic on the same numbers, but tiles of other sizes: rounding only.
  @Test("a shared prompt gives the losses and gradients of separate sequences")
  func sharedPrompt() {
    let prompt: [Int32] = [4, 9, 2, 17, 6]
    let completions: [[Int32]] = [[3, 8, 1], [12, 1], [5, 6, 7, 11, 1]]
    var shared = PackedBatch()
    shared.append(prompt: prompt, completions: completions)
    var separate = PackedBatch()
    for completion in completions {
      separate.append(TokenSequence(ids: prompt + completion, completionStart: prompt.count))
    }
    let a = Gradients(for: model)
    let b = Gradients(for: model)
    let coefficients = (0..<shared.targets.count).map { Float($0 % 3) * 0.3 - 0.4 }
    let first = model.supervisedStep(
      shared,
      coefficients: coefficients,
      gradients: a,
      activations: Activations(),
      randomness: nil
    )
    let second = model.supervisedStep(
      separate,
      coefficients: coefficients,
      gradients: b,
      activations: Activations(),
      randomness: nil
    )
    for (x, y) in zip(first.logProbabilities, second.logProbabilities) {
      #expect(abs(x - y) < 1e-5)
    }
    let scale = b.trainable.sumOfSquares().squareRoot()
    for (x, y) in zip(a.trainable.values, b.trainable.values) {
      #expect(abs(Double(x - y)) < 1e-5 * scale)
    }
  }

  @Test("a sequence's scores do not depend on its companions")
  func companions() {
    let sequences = (0..<9).map { index in
      TokenSequence(
        ids: (0..<Int32(3 + index * 4)).map { ($0 * 7 + Int32(index)) % 23 },
        completionStart: 2
      )
    }
    let together = model.score(sequences)
    for (index, sequence) in sequences.enumerated() {
      let alone = model.score([sequence])[0]
      for (x, y) in zip(alone.logProbabilities, together[index].logProbabilities) {
        #expect(abs(x - y) < 1e-5)
      }
    }
  }
}

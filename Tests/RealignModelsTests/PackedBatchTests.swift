import RealignNumerics
import Testing

@testable import RealignModels

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

  @Test("sequences with the same beginning are scored as if each were alone")
  func sharedBeginnings() {
    let document = (0..<40).map { Int32($0 * 5 % 23) }
    let other = (0..<30).map { Int32($0 * 7 % 19) }
    func sequence(_ start: [Int32], _ rest: [Int32], at completionStart: Int) -> TokenSequence {
      TokenSequence(ids: start + rest, completionStart: completionStart)
    }
    let sequences = [
      // Two candidates of one prompt, one of another question on the same document.
      sequence(document, [3, 4, 5], at: 40), sequence(document, [3, 8], at: 40),
      sequence(document, [9, 1, 2, 7], at: 42),
      // Scored from inside the shared part, and equal to one another.
      sequence(other, [1], at: 12), sequence(other, [1], at: 12),
      // Too little in common, nothing to score, and one token.
      sequence([1, 2, 3], [4], at: 3), sequence([1, 2, 9], [], at: 3), sequence([1], [], at: 1),
    ]
    let groups = SharedPrefix.groups(sequences, limit: 4096)
    #expect(groups.map(\.range) == [0..<3, 3..<5, 5..<6, 6..<7, 7..<8])
    #expect(groups.map(\.count) == [40, 30, 0, 0, 0])
    let packed = PackedBatch(sequences, groups: groups)
    #expect(packed.rowCount == 40 + 2 + 1 + 3 + 30 + 3 + 3 + 1)
    let together = model.score(sequences)
    for (sequence, score) in zip(sequences, together) {
      let alone = model.score([sequence])[0]
      #expect(score.logProbabilities.count == sequence.completion.count)
      #expect(score.isGreedy == alone.isGreedy)
      for (x, y) in zip(alone.logProbabilities, score.logProbabilities) {
        #expect(abs(x - y) < 1e-5)
      }
    }
  }

  @Test("groups and passes stay within the limit of rows")
  func limits() {
    let sequences = (0..<10).map { index in
      TokenSequence(ids: (0..<30).map { Int32($0) } + [Int32(index)], completionStart: 30)
    }
    let passes = LanguageModel.passes(of: sequences, rowsPerPass: 34)
    #expect(passes.map(\.sequences).flatMap { $0 } == Array(0..<10))
    #expect(passes.allSatisfy { $0.rows <= 34 })
    #expect(passes.count < 5)
    // One sequence may exceed the limit, by itself.
    #expect(LanguageModel.passes(of: sequences, rowsPerPass: 8).map(\.rows).allSatisfy { $0 == 31 })
  }
}

import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Encoder batches")
struct EncoderBatchingTests {
  private func inputs() -> [TypedTokens] {
    [3, 1, 40, 17, 2, 64, 5, 5, 30].enumerated().map { index, length in
      TypedTokens(Family.tokens(length, seed: UInt64(index)), type: Int32(index % 2))
    }
  }

  /// Whether two tensors agree: in every bit where products run on this package's kernels, whose
  /// bits do not depend on the rows beside, and within the rounding of a BLAS elsewhere.
  private func agree(_ a: Tensor, _ b: Tensor) -> Bool {
    if Matrix.kernelName.hasPrefix("realign") { return a.values == b.values }
    return Differences.largest(a, DoubleMatrix(b)) < 1e-5
  }

  @Test("an input's results do not depend on what is beside it", arguments: EncoderFixture.names)
  func independent(name: String) throws {
    let model = try EncoderFixture(name).model
    let inputs = inputs()
    let together = model.hiddenStates(inputs)
    for rowsPerPass in [1, 50, 4096] {
      let apart = model.hiddenStates(inputs, rowsPerPass: rowsPerPass)
      for (a, b) in zip(together, apart) { #expect(agree(a, b)) }
    }
    for pooling in EncoderPooling.allCases {
      let all = try model.pooled(inputs, by: pooling)
      let alone = try model.pooled([inputs[3]], by: pooling)
      #expect(agree(all.rows(3..<4), alone))
    }
    #expect(agree(model.poolerOutputs(inputs).rows(4..<5), model.poolerOutputs([inputs[4]])))
    guard model.hasClassifier else { return }
    #expect(agree(try model.logits(inputs).rows(0..<1), try model.logits([inputs[0]])))
  }

  @Test("results come in the order of the inputs, and repeat")
  func order() throws {
    let model = try EncoderFixture("gelu").model
    let inputs = inputs()
    let forward = model.hiddenStates(inputs)
    #expect(forward.map(\.rows) == inputs.map(\.count))
    let backward = model.hiddenStates(inputs.reversed())
    for (a, b) in zip(forward, backward.reversed()) { #expect(agree(a, b)) }
    #expect(model.hiddenStates(inputs).map(\.values) == forward.map(\.values))
  }

  @Test("progress counts every input and may end the work")
  func progress() throws {
    let model = try EncoderFixture("gelu").model
    var counts: [Int] = []
    let vectors = try model.pooled(inputs(), by: .mean, rowsPerPass: 50) { counts.append($0) }
    #expect(vectors.rows == 9)
    #expect(counts.last == 9 && counts == counts.sorted() && counts.count > 2)
    struct Stopped: Error {}
    #expect(throws: Stopped.self) {
      try model.pooled(inputs(), by: .mean, rowsPerPass: 50) { _ in throw Stopped() }
    }
  }

  @Test("nothing in, nothing out")
  func empty() throws {
    let model = try EncoderFixture("gelu").model
    #expect(model.hiddenStates([]).isEmpty)
    #expect(try model.pooled([], by: .mean).rows == 0)
  }
}

import RealignNumerics
import RealignTestSupport
import Synchronization
import Testing

/// The thread count is one for the whole process, so these tests run one after another; others may
/// run beside them, since no result depends on it.
@Suite("Parallel loops", .serialized)
struct ParallelTests {
  private static let visits = Atomic<Int>(0)

  @Test("every index is visited exactly once", arguments: [0, 1, 2, 3, 64, 1000])
  func visitsAll(count: Int) {
    let visits = Tensor(rows: max(count, 1), columns: 1)
    for _ in 0..<50 { Parallel.run(count) { visits[$0, 0] += 1 } }
    #expect(visits.values.prefix(count).allSatisfy { $0 == 50 })
  }

  @Test("nested loops and loops from several threads complete")
  func nested() async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<20 {
            Parallel.run(8) { _ in
              Parallel.run(8) { _ in Self.visits.add(1, ordering: .relaxed) }
            }
          }
        }
      }
    }
    #expect(Self.visits.load(ordering: .relaxed) == 4 * 20 * 64)
  }

  @Test("the pool can be resized")
  func resize() {
    let before = Parallel.threads
    for threads in [1, 4, 2, 3, before] {
      Parallel.configure(threads: threads)
      #expect(Parallel.threads == threads)
      let visits = Tensor(rows: 100, columns: 1)
      Parallel.run(100) { visits[$0, 0] += 1 }
      #expect(visits.values.allSatisfy { $0 == 1 })
    }
  }

  @Test("results have the same bits for any number of threads")
  func bitIdentical() {
    let before = Parallel.threads
    defer { Parallel.configure(threads: before) }
    Parallel.configure(threads: 1)
    let expected = everything()
    for threads in [2, 3, 5] {
      Parallel.configure(threads: threads)
      for _ in 0..<3 { #expect(everything() == expected) }
    }
  }

  /// One pass through each parallel operation.
  private func everything() -> [[UInt32]] {
    let (rows, width) = (600, 96)
    let x = Tensor.random(rows: rows, columns: width, name: "x")
    let w = Tensor.random(rows: 3 * width, columns: width, name: "w")
    let norm = Tensor.random(rows: 1, columns: width, name: "n")
    let (normed, inverse) = (Tensor(rows: rows, columns: width), Tensor(rows: rows, columns: 1))
    RMSNorm.forward(x, weight: norm, epsilon: 1e-5, into: normed, inverseRMS: inverse)
    let fused = Tensor(rows: rows, columns: 3 * width)
    Matrix.multiply(normed, w, into: fused, transposeB: true)
    let parts = (0..<3).map { fused.columns($0 * width..<($0 + 1) * width) }
    RotaryEmbedding(headDimension: 24, theta: 1e4, maximumPositions: rows)
      .apply(to: parts[0], positions: (0..<600).map(Int32.init))
    let segments = [
      AttentionSegment(range: 0..<200, group: 0),
      AttentionSegment(range: 200..<350, prefix: 0..<200, group: 0),
      AttentionSegment(range: 350..<500, prefix: 0..<200, group: 0),
      AttentionSegment(range: 500..<600, group: 1),
    ]
    let (out, sums) = (Tensor(rows: rows, columns: width), Tensor(rows: rows, columns: 4))
    CausalAttention.forward(
      query: parts[0],
      key: parts[1],
      value: parts[2],
      segments: segments,
      heads: 4,
      keyValueHeads: 4,
      into: out,
      logSumExp: sums
    )
    let dFused = Tensor(rows: rows, columns: 3 * width)
    let dParts = (0..<3).map { dFused.columns($0 * width..<($0 + 1) * width) }
    CausalAttention.backward(
      gradient: x,
      query: parts[0],
      key: parts[1],
      value: parts[2],
      out: out,
      logSumExp: sums,
      segments: segments,
      heads: 4,
      keyValueHeads: 4,
      gradientQuery: dParts[0],
      gradientKey: dParts[1],
      gradientValue: dParts[2]
    )
    let dW = Tensor(rows: 3 * width, columns: width)
    Matrix.multiply(dFused, normed, into: dW, transposeA: true, accumulate: true)
    let (dX, dNorm) = (Tensor(rows: rows, columns: width), Tensor(rows: 1, columns: width))
    RMSNorm.backward(
      gradient: out,
      x: x,
      weight: norm,
      inverseRMS: inverse,
      gradientX: dX,
      accumulateX: false,
      gradientWeight: dNorm
    )
    let statistics = Softmax.statistics(logits: fused, targets: [Int32](repeating: 3, count: rows))
    let collisions = Softmax.logCollisions(fused).map { Float($0).bitPattern }
    let squares = dW.sumOfSquares().bitPattern
    return families(x, gradient: out)
      + [out, dFused, dW, dX, dNorm].map { $0.values.map(\.bitPattern) } + [
        statistics.entropy.map(\.bitPattern), collisions, [UInt32(truncatingIfNeeded: squares)],
      ]
  }

  /// One pass through what only some families of decoders need.
  private func families(_ x: Tensor, gradient: Tensor) -> [[UInt32]] {
    let weight = Tensor.random(rows: 1, columns: x.columns, name: "n")
    let (out, inverse) = (
      Tensor(rows: x.rows, columns: x.columns), Tensor(rows: x.rows, columns: 1)
    )
    LayerNorm.forward(
      x,
      weight: weight,
      bias: weight,
      epsilon: 1e-5,
      into: out,
      inverseDeviation: inverse
    )
    let dX = Tensor(rows: x.rows, columns: x.columns)
    let (dW, dB) = (Tensor(rows: 1, columns: x.columns), Tensor(rows: 1, columns: x.columns))
    LayerNorm.backward(
      gradient: gradient,
      x: x,
      weight: weight,
      inverseDeviation: inverse,
      gradientX: dX,
      accumulateX: false,
      parameters: (dW, dB)
    )
    let (gelu, dGELU) = (out.duplicate(), out.duplicate())
    GELU.forward(x, into: gelu)
    GELU.backward(gradient: gradient, x: x, gradientX: dGELU)
    let (geGLU, dGeGLU) = (Tensor(rows: x.rows, columns: x.columns / 2), out.duplicate())
    GeGLU.forward(gateUp: x, into: geGLU)
    GeGLU.backward(gradient: geGLU, gateUp: x, gradientGateUp: dGeGLU)
    SoftCap.apply(to: out, cap: 2)
    let dCap = gradient.duplicate()
    SoftCap.backward(gradient: dCap, capped: out, cap: 2)
    return [dX, dW, dB, gelu, dGELU, geGLU, dGeGLU, out, dCap, x.transposed()].map {
      $0.values.map(\.bitPattern)
    }
  }
}

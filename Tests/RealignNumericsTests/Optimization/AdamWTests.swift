import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("AdamW")
struct AdamWTests {
  private func vector(_ values: [Float]) -> Tensor {
    Tensor(values, rows: 1, columns: values.count)
  }

  @Test("two steps of a scalar give torch's numbers")
  func scalar() {
    let (w, m, v) = (vector([1]), vector([0]), vector([0]))
    func step(_ number: Int, _ gradient: Float) {
      AdamW.update(
        parameters: w,
        gradients: vector([gradient]),
        firstMoment: m,
        secondMoment: v,
        decayMask: [0..<1],
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0.1,
        step: number
      )
    }
    step(1, 0.5)
    #expect(abs(Double(w[0, 0]) - 0.9890000002) < 1e-7)
    step(2, -0.25)
    #expect(abs(Double(w[0, 0]) - 0.9853476298705847) < 2e-7)
  }

  @Test("only the masked ranges decay, and the gradient scale is the clipping factor")
  func mask() {
    let count = 200_001
    let start = Tensor.random(rows: 1, columns: count, name: "w")
    let gradient = Tensor.random(rows: 1, columns: count, name: "g")
    let (w, m, v) = (
      start.duplicate(), Tensor(rows: 1, columns: count), Tensor(rows: 1, columns: count)
    )
    let mask = [3..<70_000, 150_000..<150_001]
    AdamW.update(
      parameters: w,
      gradients: gradient,
      firstMoment: m,
      secondMoment: v,
      decayMask: mask,
      learningRate: 0.1,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-3,
      weightDecay: 0.5,
      step: 1,
      gradientScale: 0.25
    )
    var expected = start.values.map(Double.init)
    for (i, g) in gradient.values.enumerated() {
      let g = 0.25 * Double(g)
      if mask.contains(where: { $0.contains(i) }) { expected[i] *= 1 - 0.1 * 0.5 }
      // After one step the corrected moments are g and g².
      expected[i] -= 0.1 * g / (abs(g) + 1e-3)
    }
    #expect(Differences.largest(w.values, expected) < 1e-6)
  }
}

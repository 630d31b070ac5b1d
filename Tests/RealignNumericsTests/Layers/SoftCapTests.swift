import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Soft cap")
struct SoftCapTests {
  static let sizes = [1, 7, 8, 31, 64, 257]

  @Test("forward agrees with the definition", arguments: sizes, [0.5, 3, 50])
  func forward(columns: Int, cap: Double) {
    let x = Tensor.randomStrided(rows: 9, columns: columns, name: "x")
    let expected = ReferenceFamilies.softCap(DoubleMatrix(x), cap: cap)
    SoftCap.apply(to: x, cap: Float(cap))
    #expect(Differences.largest(x, expected) < 1e-6)
  }

  @Test("gradients are the slopes of the definition", arguments: sizes, [0.5, 3, 50])
  func backward(columns: Int, cap: Double) {
    let x = Tensor.random(rows: 9, columns: columns, name: "x")
    let before = DoubleMatrix(x)
    let gradient = Tensor.randomStrided(rows: 9, columns: columns, name: "g")
    let g = DoubleMatrix(gradient)
    SoftCap.apply(to: x, cap: Float(cap))
    SoftCap.backward(gradient: gradient, capped: x, cap: Float(cap))
    let error = GradientCheck.slopeError(gradient, at: before) {
      ReferenceFamilies.softCap($0, cap: cap).dot(g)
    }
    #expect(error < 2e-6)
  }

  @Test("the hyperbolic tangent keeps its relative accuracy from 1e-6 to 20, with both signs")
  func tangent() {
    let values = (0..<4000).map { Float(pow(10, -6 + 7.3 * Double($0) / 4000)) }
    let x = Tensor(values + values.map { -$0 }, rows: 1, columns: 8000)
    let before = x.values
    SoftCap.apply(to: x, cap: 1)
    for (a, b) in zip(x.values, before) {
      let expected = tanh(Double(b))
      // Three units in the last place.
      #expect(abs(Double(a) - expected) <= 2e-7 * abs(expected), "tanh \(b)")
    }
  }
}

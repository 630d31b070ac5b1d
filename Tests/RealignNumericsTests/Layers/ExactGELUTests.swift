import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Exact GELU and ReLU")
struct ExactGELUTests {
  private static let sizes = [1, 7, 8, 31, 64, 257]

  private func exact(_ x: Double) -> Double { x * erfc(-x / 2.0.squareRoot()) / 2 }

  @Test("agrees with the definition", arguments: sizes, sizes)
  func forward(rows: Int, width: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: width, name: "x")
    let out = Tensor(rows: rows, columns: width)
    ExactGELU.forward(x, into: out)
    let values = DoubleMatrix(x).values
    // Half a unit in the last place of the product and the fit's 1e-7.
    #expect(Differences.largest(out.values, values.map(exact)) < 4e-7)
    ReLU.forward(x, into: out)
    #expect(out.values == x.values.map { max($0, 0) })
  }

  @Test("keeps its digits in the tail and saturates without overflow")
  func tails() {
    let x = Tensor([-1e9, -14, -6, -3, -0.0, 3, 14, 1e9], rows: 1, columns: 8)
    let out = Tensor(rows: 1, columns: 8)
    ExactGELU.forward(x, into: out)
    for c in 2..<7 {
      let expected = exact(Double(x[0, c]))
      #expect(abs(Double(out[0, c]) - expected) <= 5e-6 * abs(expected))
    }
    #expect(out[0, 0] == 0 && abs(out[0, 1]) < 1e-30 && out[0, 7] == 1e9)
  }

  @Test("what is not a number stays so")
  func notANumber() {
    let x = Tensor([.nan, 1], rows: 1, columns: 2)
    let out = Tensor(rows: 1, columns: 2)
    ExactGELU.forward(x, into: out)
    #expect(out[0, 0].isNaN && !out[0, 1].isNaN)
    ReLU.forward(x, into: out)
    #expect(out[0, 0].isNaN && out[0, 1] == 1)
  }
}

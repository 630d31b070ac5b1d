import RealignNumerics
import RealignTestSupport
import Testing

@Suite("GELU and GeGLU")
struct GELUTests {
  static let sizes = [1, 7, 8, 31, 64, 257]

  @Test("forward agrees with the definition", arguments: sizes, sizes)
  func forward(rows: Int, width: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: 2 * width, name: "x")
    let gated = Tensor(rows: rows, columns: width)
    GeGLU.forward(gateUp: x, into: gated)
    #expect(Differences.largest(gated, ReferenceFamilies.geGLU(DoubleMatrix(x))) < 1e-6)
    let plain = Tensor(rows: rows, columns: 2 * width)
    GELU.forward(x, into: plain)
    #expect(Differences.largest(plain, ReferenceFamilies.gelu(DoubleMatrix(x))) < 1e-6)
  }

  @Test("gradients are the slopes of the definition", arguments: sizes, sizes)
  func backward(rows: Int, width: Int) {
    let x = Tensor.random(rows: rows, columns: 2 * width, name: "x")
    let gradient = Tensor.randomStrided(rows: rows, columns: 2 * width, name: "g")
    let dx = Tensor(rows: rows, columns: 2 * width)
    GELU.backward(gradient: gradient, x: x, gradientX: dx)
    let g = DoubleMatrix(gradient)
    let plain = GradientCheck.slopeError(dx, at: DoubleMatrix(x)) {
      ReferenceFamilies.gelu($0).dot(g)
    }
    #expect(plain < 1e-6)
    let half = gradient.columns(0..<width)
    GeGLU.backward(gradient: half, gateUp: x, gradientGateUp: dx)
    let h = DoubleMatrix(half)
    let gated = GradientCheck.slopeError(dx, at: DoubleMatrix(x)) {
      ReferenceFamilies.geGLU($0).dot(h)
    }
    #expect(gated < 1e-6)
  }

  @Test("extreme inputs saturate without overflow")
  func extremes() {
    let x = Tensor([-1e4, -30, -6, 6, 30, 1e4], rows: 1, columns: 6)
    let out = Tensor(rows: 1, columns: 6)
    GELU.forward(x, into: out)
    #expect(out.isFinite)
    #expect(out[0, 0] == 0 && abs(out[0, 1]) < 1e-30 && out.values[4...] == [30, 1e4])
    // gelu(-6) in double: the tanh form leaves no digits there in single precision, ours does.
    #expect(abs(Double(out[0, 2]) / -8.439_646_7e-11 - 1) < 1e-3)
    let dx = Tensor(rows: 1, columns: 6)
    GELU.backward(gradient: Tensor([1, 1, 1, 1, 1, 1], rows: 1, columns: 6), x: x, gradientX: dx)
    #expect(dx.isFinite && dx[0, 0] == 0 && dx[0, 5] == 1)
  }
}

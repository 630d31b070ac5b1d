import RealignNumerics
import RealignTestSupport
import Testing

@Suite("SwiGLU")
struct SwiGLUTests {
  static let sizes = [1, 7, 8, 31, 64, 257]

  @Test("forward agrees with the definition", arguments: sizes, sizes)
  func forward(rows: Int, width: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: 2 * width, name: "x")
    let out = Tensor(rows: rows, columns: width)
    SwiGLU.forward(gateUp: x, into: out)
    #expect(Differences.largest(out, ReferenceKernels.swiGLU(DoubleMatrix(x))) < 1e-6)
  }

  @Test("gradients are the slopes of the definition", arguments: sizes, sizes)
  func backward(rows: Int, width: Int) {
    let x = Tensor.random(rows: rows, columns: 2 * width, name: "x")
    let gradient = Tensor.randomStrided(rows: rows, columns: width, name: "g")
    let dx = Tensor(rows: rows, columns: 2 * width)
    SwiGLU.backward(gradient: gradient, gateUp: x, gradientGateUp: dx)
    let g = DoubleMatrix(gradient)
    let error = GradientCheck.slopeError(dx, at: DoubleMatrix(x)) {
      ReferenceKernels.swiGLU($0).dot(g)
    }
    #expect(error < 1e-6)
  }

  @Test("extreme gates saturate without overflow")
  func extremes() {
    let x = Tensor([-1e4, -200, -90, 90, 200, 1e4, 2, 2, 2, 2, 2, 2], rows: 1, columns: 12)
    let out = Tensor(rows: 1, columns: 6)
    SwiGLU.forward(gateUp: x, into: out)
    #expect(out.isFinite)
    #expect(abs(out[0, 0]) == 0 && abs(out[0, 2]) < 1e-35)
    #expect(out.values[3...] == [180, 400, 20_000])
    let dx = Tensor(rows: 1, columns: 12)
    let ones = Tensor([1, 1, 1, 1, 1, 1], rows: 1, columns: 6)
    SwiGLU.backward(gradient: ones, gateUp: x, gradientGateUp: dx)
    #expect(dx.isFinite && dx[0, 5] == 2 && dx[0, 0] == 0)
  }
}

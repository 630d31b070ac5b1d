import RealignNumerics
import RealignTestSupport
import Testing

@Suite("RMSNorm")
struct RMSNormTests {
  static let sizes = [1, 7, 8, 31, 64, 257]
  let epsilon: Float = 1e-5

  @Test("forward agrees with the definition", arguments: sizes, sizes)
  func forward(rows: Int, columns: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: columns, name: "x")
    let weight = Tensor.random(rows: 1, columns: columns, name: "w")
    let out = Tensor(rows: rows, columns: columns)
    let inverse = Tensor(rows: rows, columns: 1)
    RMSNorm.forward(x, weight: weight, epsilon: epsilon, into: out, inverseRMS: inverse)
    let expected = ReferenceKernels.rmsNorm(
      DoubleMatrix(x),
      weight: DoubleMatrix(weight),
      epsilon: Double(epsilon)
    )
    #expect(Differences.largest(out, expected) < 1e-6)  // a few roundings
  }

  @Test("the fused residual gives the bits of addition followed by forward")
  func fused() {
    let x = Tensor.random(rows: 65, columns: 96, name: "x")
    let delta = Tensor.random(rows: 65, columns: 96, name: "delta")
    let weight = Tensor.random(rows: 1, columns: 96, name: "w")
    let (a, b) = (Tensor(rows: 65, columns: 96), Tensor(rows: 65, columns: 96))
    let (ra, rb) = (Tensor(rows: 65, columns: 1), Tensor(rows: 65, columns: 1))
    let sum = x.duplicate()
    sum.add(delta)
    RMSNorm.forward(sum, weight: weight, epsilon: epsilon, into: a, inverseRMS: ra)
    RMSNorm.addForward(
      x,
      delta: delta,
      weight: weight,
      epsilon: epsilon,
      into: b,
      inverseRMS: rb
    )
    #expect(a.values == b.values && ra.values == rb.values && x.values == sum.values)
  }

  @Test("gradients are the slopes of the definition", arguments: sizes, sizes)
  func backward(rows: Int, columns: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: columns, name: "x")
    let weight = Tensor.random(rows: 1, columns: columns, name: "w")
    let gradient = Tensor.random(rows: rows, columns: columns, name: "g")
    let out = Tensor(rows: rows, columns: columns)
    let inverse = Tensor(rows: rows, columns: 1)
    RMSNorm.forward(x, weight: weight, epsilon: epsilon, into: out, inverseRMS: inverse)
    let dx = Tensor(rows: rows, columns: columns)
    let dw = Tensor(rows: 1, columns: columns)
    RMSNorm.backward(
      gradient: gradient,
      x: x,
      weight: weight,
      inverseRMS: inverse,
      gradientX: dx,
      accumulateX: false,
      gradientWeight: dw
    )
    let g = DoubleMatrix(gradient)
    let (xd, wd) = (DoubleMatrix(x), DoubleMatrix(weight))
    let e = Double(epsilon)
    let errorX = GradientCheck.slopeError(dx, at: xd) {
      ReferenceKernels.rmsNorm($0, weight: wd, epsilon: e).dot(g)
    }
    let errorW = GradientCheck.slopeError(dw, at: wd) {
      ReferenceKernels.rmsNorm(xd, weight: $0, epsilon: e).dot(g)
    }
    // Central differences at 1e-5 leave about 1e-9; float rounding about 1e-6. With one column
    // the gradient of x is a difference of equal terms, so only its absolute size is meaningful.
    #expect(errorX < (columns == 1 ? 2e-3 : 2e-5) && errorW < 2e-5)
  }

  @Test("the input's gradient is added when asked, the weight's always")
  func accumulates() {
    let x = Tensor.random(rows: 9, columns: 8, name: "x")
    let weight = Tensor.random(rows: 1, columns: 8, name: "w")
    let inverse = Tensor(rows: 9, columns: 1)
    RMSNorm.forward(
      x,
      weight: weight,
      epsilon: epsilon,
      into: Tensor(rows: 9, columns: 8),
      inverseRMS: inverse
    )
    func run(_ dx: Tensor, _ dw: Tensor?, _ accumulate: Bool) {
      RMSNorm.backward(
        gradient: x,
        x: x,
        weight: weight,
        inverseRMS: inverse,
        gradientX: dx,
        accumulateX: accumulate,
        gradientWeight: dw
      )
    }
    let (dx, dw) = (Tensor(rows: 9, columns: 8), Tensor(rows: 1, columns: 8))
    run(dx, dw, false)
    let (twice, dw2) = (dx.duplicate(), dw.duplicate())
    run(twice, dw2, true)
    dx.scale(by: 2)
    dw.scale(by: 2)
    #expect(Differences.largest(twice, DoubleMatrix(dx)) < 1e-6)
    #expect(Differences.largest(dw2, DoubleMatrix(dw)) < 1e-6)
  }
}

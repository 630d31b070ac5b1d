import RealignNumerics
import RealignTestSupport
import Testing

@Suite("LayerNorm")
struct LayerNormTests {
  static let sizes = [1, 7, 8, 31, 64, 257]
  let epsilon: Float = 1e-5

  @Test("forward agrees with the definition", arguments: sizes, sizes)
  func forward(rows: Int, columns: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: columns, name: "x")
    let weight = Tensor.random(rows: 1, columns: columns, name: "w")
    let bias = Tensor.random(rows: 1, columns: columns, name: "b")
    let out = Tensor(rows: rows, columns: columns)
    let inverse = Tensor(rows: rows, columns: 1)
    LayerNorm.forward(
      x,
      weight: weight,
      bias: bias,
      epsilon: epsilon,
      into: out,
      inverseDeviation: inverse
    )
    let expected = ReferenceFamilies.layerNorm(
      DoubleMatrix(x),
      weight: DoubleMatrix(weight),
      bias: DoubleMatrix(bias),
      epsilon: Double(epsilon)
    )
    #expect(Differences.largest(out, expected) < 2e-6)  // a few roundings
  }

  @Test("gradients are the slopes of the definition", arguments: sizes, [2, 7, 8, 31, 64, 257])
  func backward(rows: Int, columns: Int) {
    let x = Tensor.randomStrided(rows: rows, columns: columns, name: "x")
    let weight = Tensor.random(rows: 1, columns: columns, name: "w")
    let bias = Tensor.random(rows: 1, columns: columns, name: "b")
    let gradient = Tensor.random(rows: rows, columns: columns, name: "g")
    let inverse = Tensor(rows: rows, columns: 1)
    LayerNorm.forward(
      x,
      weight: weight,
      bias: bias,
      epsilon: epsilon,
      into: Tensor(rows: rows, columns: columns),
      inverseDeviation: inverse
    )
    let dx = Tensor(rows: rows, columns: columns)
    let (dw, db) = (Tensor(rows: 1, columns: columns), Tensor(rows: 1, columns: columns))
    LayerNorm.backward(
      gradient: gradient,
      x: x,
      weight: weight,
      inverseDeviation: inverse,
      gradientX: dx,
      accumulateX: false,
      parameters: (dw, db)
    )
    let g = DoubleMatrix(gradient)
    let (xd, wd, bd) = (DoubleMatrix(x), DoubleMatrix(weight), DoubleMatrix(bias))
    func value(_ x: DoubleMatrix, _ w: DoubleMatrix, _ b: DoubleMatrix) -> Double {
      ReferenceFamilies.layerNorm(x, weight: w, bias: b, epsilon: Double(epsilon)).dot(g)
    }
    // Two columns leave the gradient of x a difference of nearly equal terms.
    let loose = columns == 2 ? 2e-3 : 2e-5
    #expect(GradientCheck.slopeError(dx, at: xd) { value($0, wd, bd) } < loose)
    #expect(GradientCheck.slopeError(dw, at: wd) { value(xd, $0, bd) } < 2e-5)
    #expect(GradientCheck.slopeError(db, at: bd) { value(xd, wd, $0) } < 2e-5)
  }

  @Test("the input's gradient is added when asked, the parameters' always")
  func accumulates() {
    let x = Tensor.random(rows: 9, columns: 8, name: "x")
    let weight = Tensor.random(rows: 1, columns: 8, name: "w")
    let inverse = Tensor(rows: 9, columns: 1)
    LayerNorm.forward(
      x,
      weight: weight,
      bias: weight,
      epsilon: epsilon,
      into: Tensor(rows: 9, columns: 8),
      inverseDeviation: inverse
    )
    func run(_ dx: Tensor, _ parameters: (Tensor, Tensor)?, _ accumulate: Bool) {
      LayerNorm.backward(
        gradient: x,
        x: x,
        weight: weight,
        inverseDeviation: inverse,
        gradientX: dx,
        accumulateX: accumulate,
        parameters: parameters
      )
    }
    let dx = Tensor(rows: 9, columns: 8)
    let (dw, db) = (Tensor(rows: 1, columns: 8), Tensor(rows: 1, columns: 8))
    run(dx, (dw, db), false)
    let frozen = Tensor(rows: 9, columns: 8)
    run(frozen, nil, false)
    #expect(frozen.values == dx.values)
    let (dx2, dw2, db2) = (dx.duplicate(), dw.duplicate(), db.duplicate())
    run(dx2, (dw2, db2), true)
    for (twice, once) in [(dx2, dx), (dw2, dw), (db2, db)] {
      once.scale(by: 2)
      #expect(Differences.largest(twice, DoubleMatrix(once)) < 1e-6)
    }
  }
}

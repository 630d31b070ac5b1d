import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite("Matrix products")
struct MatrixTests {
  static let sizes = [1, 7, 8, 31, 64, 257]

  @Test("every transposition agrees with the definition in double", arguments: sizes, sizes)
  func matchesDefinition(rows: Int, inner: Int) {
    for columns in [1, 31, 257] {
      for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
        let a = Tensor.randomStrided(
          rows: transposeA ? inner : rows,
          columns: transposeA ? rows : inner,
          name: "a"
        )
        let b = Tensor.randomStrided(
          rows: transposeB ? columns : inner,
          columns: transposeB ? inner : columns,
          name: "b"
        )
        let c = Tensor.randomStrided(rows: rows, columns: columns, name: "c")
        let before = DoubleMatrix(c)
        Matrix.multiply(
          a,
          b,
          into: c,
          transposeA: transposeA,
          transposeB: transposeB,
          alpha: 0.5,
          accumulate: true
        )
        var expected = (transposeA ? DoubleMatrix(a).transposed : DoubleMatrix(a))
          .times(transposeB ? DoubleMatrix(b).transposed : DoubleMatrix(b))
        expected.values = zip(expected.values, before.values).map { 0.5 * $0 + $1 }
        // 257 products of order one, rounded to 6e-8 each.
        #expect(Differences.largest(c, expected) < 1e-5)
      }
    }
  }

  @Test("without accumulation old values, even NaN, do not matter")
  func assigns() {
    let a = Tensor.random(rows: 300, columns: 40, name: "a")
    let b = Tensor.random(rows: 200, columns: 40, name: "b")
    let c = Tensor(rows: 300, columns: 200)
    c.fill(.nan)
    Matrix.multiply(a, b, into: c, transposeB: true)
    #expect(
      Differences.largest(c, DoubleMatrix(a).times(DoubleMatrix(b).transposed)) < 1e-5
    )
  }

  @Test("an empty inner dimension gives zero, or leaves the sum alone")
  func emptyInner() {
    let c = Tensor([1, 2, 3, 4], rows: 2, columns: 2)
    let a = Tensor(rows: 2, columns: 0)
    let b = Tensor(rows: 0, columns: 2)
    Matrix.multiply(a, b, into: c, accumulate: true)
    #expect(c.values == [1, 2, 3, 4])
    Matrix.multiply(a, b, into: c)
    #expect(c.values == [0, 0, 0, 0])
  }

  /// Sizes on both sides of each border between ways of dividing the work, and of cache blocks.
  static let borders: [(rows: Int, columns: Int, inner: Int, transposeA: Bool)] = [
    (2, 100, 700, false), (16, 100, 700, false), (17, 100, 700, false),
    (64, 100, 700, false), (3, 5000, 40, false), (9, 37, 1300, false),
    (64, 40, 1030, false), (65, 100, 330, false), (512, 260, 40, false), (513, 260, 40, false),
    (700, 70, 64, false), (130, 70, 1100, true), (5, 40, 2100, true), (1, 33, 16, true),
  ]

  @Test("own kernels and BLAS agree with the definition at all borders", arguments: borders)
  func bordersAgree(size: (rows: Int, columns: Int, inner: Int, transposeA: Bool)) {
    let (rows, columns, inner, transposeA) = size
    for transposeB in [false, true] {
      let a = Tensor.randomStrided(
        rows: transposeA ? inner : rows,
        columns: transposeA ? rows : inner,
        name: "a"
      )
      let b = Tensor.randomStrided(
        rows: transposeB ? columns : inner,
        columns: transposeB ? inner : columns,
        name: "b"
      )
      let left = transposeA ? DoubleMatrix(a).transposed : DoubleMatrix(a)
      var expected = left.times(transposeB ? DoubleMatrix(b).transposed : DoubleMatrix(b))
      expected.values = expected.values.map { -2 * $0 }
      for (accumulate, own) in [(false, true), (true, true), (false, false), (true, false)] {
        let c = Tensor(rows: rows, columns: columns + 3).columns(1..<1 + columns)
        c.fill(accumulate ? 0.5 : .nan)
        let product = MatrixProduct(
          a: a,
          b: .single(b),
          c: c,
          transposeA: transposeA,
          transposeB: transposeB,
          alpha: -2,
          accumulate: accumulate
        )
        if own && Matrix.usesOwnKernels { product.runOwnKernels() } else { product.runBLAS() }
        var sum = expected
        if accumulate { sum.values = sum.values.map { $0 + 0.5 } }
        // Partial sums reach √2000 = 45 times two, each rounded to 6e-8 of that, many times.
        #expect(Differences.largest(c, sum) < 2e-4)
      }
    }
  }

  @Test("a row has the same bits alone and in any company", arguments: [true, false])
  func companions(accumulate: Bool) {
    // The BLAS promises nothing of the kind.
    guard Matrix.usesOwnKernels else { return }
    for (columns, inner) in [(100, 40), (13, 321), (70, 700), (37, 2100)] {
      let a = Tensor.randomStrided(rows: 600, columns: inner, name: "a")
      let b = Tensor.randomStrided(rows: columns, columns: inner, name: "b")
      let c = Tensor.random(rows: 600, columns: columns, name: "c")
      func product(_ rows: Int, _ b: WeightMatrix) -> Tensor {
        let result = c.rows(0..<rows).duplicate()
        Matrix.multiply(
          a.rows(0..<rows),
          b,
          into: result,
          transposeB: true,
          alpha: 0.7,
          accumulate: accumulate
        )
        return result
      }
      let half = HalfTensor(rows: columns, columns: inner, type: .bf16)
      half.copy(from: b)
      for weights in [WeightMatrix.single(b), .half(half)] {
        let whole = product(600, weights)
        for rows in [1, 2, 3, 4, 8, 9, 16, 17, 33, 64, 65, 512] {
          #expect(product(rows, weights).values == whole.rows(0..<rows).values, "\(rows) rows")
        }
      }
    }
  }

  @Test("neighbours of a window stay untouched", arguments: [1, 16, 20, 70, 600])
  func leavesNeighbours(rows: Int) {
    let whole = Tensor(rows: rows + 2, columns: 50)
    whole.fill(7)
    let window = whole.rows(1..<rows + 1).columns(5..<38)
    let a = Tensor.random(rows: rows, columns: 20, name: "a")
    let b = Tensor.random(rows: 33, columns: 20, name: "b")
    Matrix.multiply(a, b, into: window, transposeB: true)
    window.fill(7)
    #expect(whole.values.allSatisfy { $0 == 7 })
  }

  @Test("tiles agree with the definition on own kernels and BLAS")
  func tiles() {
    for (rows, columns, inner) in [(1, 1, 1), (64, 64, 8), (7, 130, 33), (40, 5, 64)] {
      for (transposeA, transposeB) in [(false, false), (true, false), (false, true)] {
        let a = Tensor.randomStrided(
          rows: transposeA ? inner : rows,
          columns: transposeA ? rows : inner,
          name: "a"
        )
        let b = Tensor.randomStrided(
          rows: transposeB ? columns : inner,
          columns: transposeB ? inner : columns,
          name: "b"
        )
        let (c, d) = (Tensor(rows: rows, columns: columns), Tensor(rows: rows, columns: columns))
        let left = Matrix.Operand(a.pointer, a.stride, transposed: transposeA)
        let right = Matrix.Operand(b.pointer, b.stride, transposed: transposeB)
        Matrix.multiplyTile(
          rows: rows,
          columns: columns,
          inner: inner,
          left,
          right,
          into: Matrix.Operand(c.pointer, c.stride),
          accumulate: false
        )
        Matrix.blas(
          rows,
          columns,
          inner,
          1,
          left,
          right,
          into: Matrix.Operand(d.pointer, d.stride),
          accumulate: true
        )
        let expected = (transposeA ? DoubleMatrix(a).transposed : DoubleMatrix(a))
          .times(transposeB ? DoubleMatrix(b).transposed : DoubleMatrix(b))
        #expect(Differences.largest(c, expected) < 1e-5)
        #expect(Differences.largest(d, expected) < 1e-5)
      }
    }
  }
}

import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Matrix products")
struct MatrixTests {
  static let sizes = [1, 7, 8, 31, 64, 257]

  @Test("every transposition agrees with the definition in double", arguments: sizes, sizes)
  func matchesDefinition(rows: Int, inner: Int) {
    for columns in [1, 8, 31, 257] {
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

  @Test("products large enough for many blocks agree with the definition")
  func manyBlocks() {
    for (m, n, k, transposeA) in [
      (700, 300, 64, false), (130, 600, 900, true), (3, 5000, 40, false),
    ] {
      let a = Tensor.random(rows: transposeA ? k : m, columns: transposeA ? m : k, name: "a")
      let b = Tensor.random(rows: k, columns: n, name: "b")
      let c = Tensor(rows: m, columns: n)
      Matrix.multiply(a, b, into: c, transposeA: transposeA)
      let left = transposeA ? DoubleMatrix(a).transposed : DoubleMatrix(a)
      // Partial sums reach √900 = 30, each rounded to 6e-8 of that, up to 900 times.
      #expect(Differences.largest(c, left.times(DoubleMatrix(b))) < 1e-4)
    }
  }
}

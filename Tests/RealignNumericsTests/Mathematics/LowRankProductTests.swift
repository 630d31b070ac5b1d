import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite("Products of low rank")
struct LowRankProductTests {
  /// Rows below and above those at which blocks share the packed operand, terms that lie on panels
  /// and beside them.
  static let cases = [
    (rows: 3, at: 32), (rows: 40, at: 64), (rows: 300, at: 32), (rows: 700, at: 96),
    (rows: 700, at: 70),
  ]

  @Test("added within a product they have the bits of products of their own", arguments: cases)
  func sameBits(rows: Int, at start: Int) {
    let (columns, inner, rank) = (230, 150, 5)
    let a = Tensor.randomStrided(rows: rows, columns: inner, name: "a")
    for transposeB in [false, true] {
      let b = Tensor.randomStrided(
        rows: transposeB ? columns : inner,
        columns: transposeB ? inner : columns,
        name: "b"
      )
      let left = Tensor.randomStrided(rows: rows, columns: 2 * rank, name: "left")
      let right = Tensor.randomStrided(rows: rank, columns: columns - start, name: "right")
      let other = Tensor.randomStrided(rows: start, columns: rank, name: "other")
      let terms = [
        LowRankProduct(
          left.columns(0..<rank),
          right,
          transposeB: false,
          columns: start..<columns,
          scale: 0.5
        ),
        LowRankProduct(
          left.columns(rank..<2 * rank),
          other,
          transposeB: true,
          columns: 0..<start
        ),
      ]
      let together = Tensor.randomStrided(rows: rows, columns: columns, name: "c")
      Matrix.multiply(a, .single(b), into: together, transposeB: transposeB, adding: terms)
      let apart = Tensor(rows: rows, columns: columns)
      Matrix.multiply(a, b, into: apart, transposeB: transposeB)
      for term in terms {
        Matrix.multiply(
          term.left,
          term.right,
          into: apart.columns(term.columns),
          transposeB: term.isTransposed,
          alpha: term.scale,
          accumulate: true
        )
      }
      #expect(together.values == apart.values)
      let expected = DoubleMatrix(a)
        .times(transposeB ? DoubleMatrix(b).transposed : DoubleMatrix(b))
      let added = DoubleMatrix(left.columns(rank..<2 * rank)).times(DoubleMatrix(other).transposed)
      for row in [0, rows - 1] {
        let value = expected.values[row * columns] + added.values[row * start]
        #expect(abs(Double(together[row, 0]) - value) < 1e-5)
      }
    }
  }

  @Test("a product of inner size zero is its terms alone")
  func emptyInner() {
    let c = Tensor([9, 9, 9, 9], rows: 2, columns: 2)
    Matrix.multiply(
      Tensor(rows: 2, columns: 0),
      .single(Tensor(rows: 0, columns: 2)),
      into: c,
      adding: [
        LowRankProduct(
          Tensor([1, 2], rows: 2, columns: 1),
          Tensor([3, 4], rows: 1, columns: 2),
          transposeB: false,
          columns: 0..<2
        )
      ]
    )
    #expect(c.values == [3, 4, 6, 8])
  }

  @Test("parts side by side are one matrix, parts stacked are a copy")
  func parts() {
    let all = Tensor([1, 2, 3, 4, 5, 6], rows: 2, columns: 3)
    let joined = Tensor.joined([all.columns(0..<1), all.columns(1..<3)])
    #expect(joined.values == all.values)
    joined[0, 2] = 7
    #expect(all[0, 2] == 7)
    let stacked = Tensor.stacked([all.rows(1..<2), all.rows(0..<1)])
    #expect(stacked.values == [4, 5, 6, 1, 2, 7])
    stacked[0, 0] = 0
    #expect(all[1, 0] == 4)
  }
}

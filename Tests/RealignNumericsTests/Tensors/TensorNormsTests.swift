import RealignNumerics
import RealignTestSupport
import Testing

/// Expected values are summed in Double here; single precision rounds once per element.
@Suite("Norms and diagonal factors")
struct TensorNormsTests {
  /// A strided view, so that rows do not follow each other.
  static func matrix(rows: Int, columns: Int, seed: UInt64) -> Tensor {
    var stream = RandomStream(seed: seed, name: "norms")
    let wide = Tensor(
      (0..<rows * (columns + 3)).map { _ in Float(stream.normal()) },
      rows: rows,
      columns: columns + 3
    )
    return wide.columns(2..<columns + 2)
  }

  @Test("norms of rows")
  func norms() {
    let x = Self.matrix(rows: 7, columns: 301, seed: 1)
    let norms = x.rowNorms()
    for r in 0..<x.rows {
      let sum = (0..<x.columns).reduce(0.0) { $0 + Double(x[r, $1]) * Double(x[r, $1]) }
      #expect(abs(Double(norms[0, r]) - sum.squareRoot()) < 1e-5)
    }
  }

  @Test("factors of rows and of columns leave the neighbours of a view alone")
  func factors() {
    let x = Self.matrix(rows: 5, columns: 9, seed: 2)
    let whole = Tensor(buffer: x.buffer, offset: 0, rows: 5, columns: 12, stride: 12)
    let before = whole.duplicate()
    x.scaleRows(by: Tensor([1, 2, 3, 4, 5], rows: 1, columns: 5))
    x.scaleColumns(by: Tensor((1...9).map { Float($0) / 4 }, rows: 1, columns: 9))
    for r in 0..<5 {
      for c in 0..<12 {
        let isInside = (2..<11).contains(c)
        // Powers of two aside, two products of small integers: one rounding each.
        let expected = isInside ? before[r, c] * Float(r + 1) * (Float(c - 1) / 4) : before[r, c]
        #expect(whole[r, c] == expected)
      }
    }
  }

  @Test("sums of products over rows are added to what is there", arguments: [1, 40, 700])
  func columnProducts(columns: Int) {
    let a = Self.matrix(rows: 33, columns: columns, seed: 3)
    let b = Self.matrix(rows: 33, columns: columns, seed: 4)
    let factors = Tensor((0..<columns).map { Float($0 % 5) - 2 }, rows: 1, columns: columns)
    let sums = Tensor(rows: 1, columns: columns)
    sums.fill(0.5)
    sums.addColumnProducts(a, b, factors: factors)
    for c in 0..<columns {
      let sum = (0..<33).reduce(0.0) { $0 + Double(a[$1, c]) * Double(b[$1, c]) }
      #expect(abs(Double(sums[0, c]) - 0.5 - sum * Double(factors[0, c])) < 1e-5)
    }
  }
}

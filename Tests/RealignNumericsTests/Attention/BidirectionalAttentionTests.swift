import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Bidirectional attention")
struct BidirectionalAttentionTests {
  /// Attention over a fused projection, by the kernels.
  private func attend(_ fused: Tensor, heads: Int, segments: [Range<Int>]) -> Tensor {
    let width = fused.columns / 3
    let out = Tensor(rows: fused.rows, columns: width)
    out.fill(.nan)  // every row is assigned
    BidirectionalAttention.forward(
      query: fused.columns(0..<width),
      key: fused.columns(width..<2 * width),
      value: fused.columns(2 * width..<3 * width),
      segments: segments,
      heads: heads,
      into: out
    )
    return out
  }

  /// The same by its definition, in double.
  private func reference(_ x: DoubleMatrix, heads: Int, segments: [Range<Int>]) -> DoubleMatrix {
    let width = x.columns / 3
    let head = width / heads
    var result = DoubleMatrix(rows: x.rows, columns: width)
    for segment in segments {
      for row in segment {
        for left in stride(from: 0, to: width, by: head) {
          let scores = segment.map { key in
            (left..<left + head).reduce(0) { $0 + x[row, $1] * x[key, width + $1] }
              / Double(head).squareRoot()
          }
          for (p, key) in zip(ReferenceKernels.softmax(scores), segment) {
            for c in left..<left + head { result[row, c] += p * x[key, 2 * width + c] }
          }
        }
      }
    }
    return result
  }

  @Test("agrees with the definition", arguments: [1, 7, 8, 31, 64, 65, 257])
  func forward(length: Int) {
    for (heads, width) in [(1, 8), (4, 7), (3, 32)] {
      let fused = Tensor.random(rows: length, columns: 3 * heads * width, name: "fused")
      let out = attend(fused, heads: heads, segments: [0..<length])
      let expected = reference(DoubleMatrix(fused), heads: heads, segments: [0..<length])
      // Weighted means of unit values: float rounding only.
      #expect(Differences.largest(out, expected) < 3e-6)
    }
  }

  @Test("segments see themselves only, whatever lies beside them")
  func segments() {
    let segments = [0..<70, 70..<71, 71..<90, 90..<220]
    let fused = Tensor.random(rows: 220, columns: 96, name: "fused")
    let together = attend(fused, heads: 4, segments: segments)
    let expected = reference(DoubleMatrix(fused), heads: 4, segments: segments)
    #expect(Differences.largest(together, expected) < 3e-6)
    for segment in segments {
      let alone = attend(fused.rows(segment), heads: 4, segments: [0..<segment.count])
      #expect(alone.values == together.rows(segment).values)
    }
  }

  @Test("every row depends on every other of its segment")
  func seesLaterRows() {
    let fused = Tensor.random(rows: 12, columns: 24, name: "fused")
    let before = attend(fused, heads: 2, segments: [0..<12])
    fused.rows(11..<12).fill(2)
    let after = attend(fused, heads: 2, segments: [0..<12])
    for row in 0..<12 {
      #expect(before.rows(row..<row + 1).values != after.rows(row..<row + 1).values)
    }
  }
}

import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Row pooling")
struct RowPoolingTests {
  private let ranges = [3..<4, 0..<3, 4..<20, 0..<20]

  @Test("means and maxima agree with the definition", arguments: [1, 7, 64, 65, 200])
  func pooled(columns: Int) {
    let x = Tensor.randomStrided(rows: 20, columns: columns, name: "x")
    let mean = Tensor(rows: ranges.count, columns: columns)
    let largest = Tensor(rows: ranges.count, columns: columns)
    RowPooling.mean(x, ranges, into: mean)
    RowPooling.max(x, ranges, into: largest)
    for (index, range) in ranges.enumerated() {
      for c in 0..<columns {
        let values = range.map { Double(x[$0, c]) }
        let expected = Float(values.reduce(0, +) / Double(values.count))
        // Sums in double, rounded once.
        #expect(mean[index, c] == expected)
        #expect(Double(largest[index, c]) == values.max())
      }
    }
  }
}

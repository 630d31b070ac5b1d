import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Embedding")
struct EmbeddingTests {
  @Test("gathering copies rows in order")
  func gather() {
    let table = Tensor([0, 1, 10, 11, 20, 21], rows: 3, columns: 2)
    let out = Tensor(rows: 4, columns: 2)
    Embedding.gather(table: table, ids: [2, 0, 2, 1], into: out)
    #expect(out.values == [20, 21, 0, 1, 20, 21, 10, 11])
  }

  @Test("scattering adds repeated rows up")
  func scatter() {
    let table = Tensor([1, 1, 1, 1, 1, 1], rows: 3, columns: 2)
    let gradient = Tensor([1, 2, 10, 20, 100, 200], rows: 3, columns: 2)
    Embedding.scatterAdd(gradient: gradient, ids: [2, 0, 2], table: table)
    #expect(table.values == [11, 21, 1, 1, 102, 203])
  }

  @Test("scattering is the transpose of gathering, also in parallel columns")
  func transpose() {
    var stream = RandomStream(seed: 1, name: "ids")
    let ids = (0..<700).map { _ in Int32(stream.uniform(below: 50)) }
    let table = Tensor.random(rows: 50, columns: 257, name: "table")
    let gradient = Tensor.random(rows: 700, columns: 257, name: "g")
    let gathered = Tensor(rows: 700, columns: 257)
    Embedding.gather(table: table, ids: ids, into: gathered)
    let scattered = Tensor(rows: 50, columns: 257)
    Embedding.scatterAdd(gradient: gradient, ids: ids, table: scattered)
    let left = DoubleMatrix(gathered).dot(DoubleMatrix(gradient))
    let right = DoubleMatrix(table).dot(DoubleMatrix(scattered))
    #expect(abs(left - right) < 1e-3)  // 180,000 unit products rounded to float once
  }
}

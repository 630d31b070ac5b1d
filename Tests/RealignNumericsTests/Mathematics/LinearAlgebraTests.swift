import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Linear algebra")
struct LinearAlgebraTests {
  // Eigenvalues of [[2, 1], [1, 2]] are 1 and 3, with vectors (1, -1) and (1, 1).
  let small: [Double] = [2, 1, 1, 2]

  @Test("a 2 x 2 system is solved by hand")
  func solvesSmall() throws {
    let x = try LinearAlgebra.choleskySolve(small, [4, 5], n: 2)
    #expect(Differences.largest(x, [1, 2]) < 1e-14)
    #expect(abs(try LinearAlgebra.logDeterminant(small, n: 2) - log(3)) < 1e-14)
  }

  @Test("eigenvalues ascend and vectors are columns")
  func eigenSmall() throws {
    #expect(
      Differences.largest(try LinearAlgebra.symmetricEigenvalues(small, n: 2), [1, 3]) < 1e-14
    )
    let (values, vectors) = try LinearAlgebra.symmetricEigen(small, n: 2)
    #expect(Differences.largest(values, [1, 3]) < 1e-14)
    let root = 0.5.squareRoot()
    #expect(abs(abs(vectors[0]) - root) < 1e-14 && abs(vectors[0] + vectors[2]) < 1e-14)
    #expect(abs(abs(vectors[1]) - root) < 1e-14 && abs(vectors[1] - vectors[3]) < 1e-14)
  }

  @Test("a random positive definite system is solved and decomposed", arguments: [1, 7, 31, 64])
  func solvesRandom(n: Int) throws {
    let x = DoubleMatrix(Tensor.random(rows: n, columns: n, name: "spd"))
    var a = x.times(x.transposed)
    for i in 0..<n { a[i, i] += 1 }
    let truth = DoubleMatrix(Tensor.random(rows: n, columns: 1, name: "x"))
    let solved = try LinearAlgebra.choleskySolve(a.values, a.times(truth).values, n: n)
    #expect(Differences.largest(solved, truth.values) < 1e-9)
    let (values, vectors) = try LinearAlgebra.symmetricEigen(a.values, n: n)
    let v = DoubleMatrix(values: vectors, rows: n, columns: n)
    var scaled = v
    for i in 0..<n { for j in 0..<n { scaled[i, j] *= values[j] } }
    #expect(Differences.largest(scaled.times(v.transposed).values, a.values) < 1e-10)
    let logs = values.reduce(0) { $0 + log($1) }
    #expect(abs(try LinearAlgebra.logDeterminant(a.values, n: n) - logs) < 1e-9)
  }

  @Test("a matrix that is not positive definite names the failing minor")
  func indefinite() {
    #expect(throws: LAPACKStatus(rawValue: 2)) {
      try LinearAlgebra.choleskySolve([1, 2, 2, 1], [1, 1], n: 2)
    }
  }
}

import COpenBLAS
import Foundation

/// The result code of a LAPACK routine that failed.
public struct LAPACKStatus: Error, RawRepresentable, Sendable, Equatable {
  /// Above 0: where the matrix fails (the leading minor that is not positive, or the eigenvalues
  /// that did not converge); below 0: the argument that is invalid.
  public let rawValue: Int32

  /// Wraps a result code.
  public init(rawValue: Int32) { self.rawValue = rawValue }
}

/// Dense linear algebra in double on small symmetric matrices, row-major.
public enum LinearAlgebra {
  /// Solves A x = b for symmetric positive definite A.
  ///
  /// - Parameters:
  ///   - a: n x n; the upper triangle is read.
  ///   - b: n.
  ///   - n: The order.
  /// - Throws: `LAPACKStatus` when A is not positive definite.
  public static func choleskySolve(_ a: [Double], _ b: [Double], n: Int) throws -> [Double] {
    precondition(b.count == n, "\(b.count) values for order \(n)")
    let factor = try cholesky(a, n: n)
    var x = b
    guard n > 0 else { return x }
    try check(
      LAPACKE_dpotrs(
        RK_LAPACK_ROW_MAJOR,
        upper,
        rk_lapack_int(n),
        1,
        factor,
        rk_lapack_int(n),
        &x,
        1
      )
    )
    return x
  }

  /// log det A for symmetric positive definite A (n x n).
  ///
  /// - Throws: `LAPACKStatus` when A is not positive definite.
  public static func logDeterminant(_ a: [Double], n: Int) throws -> Double {
    let factor = try cholesky(a, n: n)
    return (0..<n).reduce(0) { $0 + 2 * log(factor[$1 * n + $1]) }
  }

  /// The eigenvalues of a symmetric matrix (n x n), ascending.
  ///
  /// - Throws: `LAPACKStatus` when the iteration does not converge.
  public static func symmetricEigenvalues(_ a: [Double], n: Int) throws -> [Double] {
    try eigen(a, n: n, job: values).values
  }

  /// Eigenvalues, ascending, and eigenvectors of a symmetric matrix (n x n).
  ///
  /// - Returns: Vector j is column j of the row-major `vectors`: elements i · n + j.
  /// - Throws: `LAPACKStatus` when the iteration does not converge.
  public static func symmetricEigen(
    _ a: [Double],
    n: Int
  ) throws -> (values: [Double], vectors: [Double]) {
    try eigen(a, n: n, job: vectors)
  }

  private static let upper = CChar(UInt8(ascii: "U"))
  private static let values = CChar(UInt8(ascii: "N"))
  private static let vectors = CChar(UInt8(ascii: "V"))

  /// The upper factor U of A = Uᵀ U.
  private static func cholesky(_ a: [Double], n: Int) throws -> [Double] {
    precondition(a.count == n * n, "\(a.count) values for order \(n)")
    precondition(Matrix.isSingleThreaded)
    var factor = a
    guard n > 0 else { return factor }
    try check(
      LAPACKE_dpotrf(RK_LAPACK_ROW_MAJOR, upper, rk_lapack_int(n), &factor, rk_lapack_int(n))
    )
    return factor
  }

  private static func eigen(
    _ a: [Double],
    n: Int,
    job: CChar
  ) throws -> (values: [Double], vectors: [Double]) {
    precondition(a.count == n * n, "\(a.count) values for order \(n)")
    precondition(Matrix.isSingleThreaded)
    var matrix = a
    var eigenvalues = [Double](repeating: 0, count: n)
    guard n > 0 else { return ([], []) }
    try check(
      LAPACKE_dsyevd(
        RK_LAPACK_ROW_MAJOR,
        job,
        upper,
        rk_lapack_int(n),
        &matrix,
        rk_lapack_int(n),
        &eigenvalues
      )
    )
    return (eigenvalues, matrix)
  }

  private static func check(_ info: rk_lapack_int) throws {
    if info != 0 { throw LAPACKStatus(rawValue: info) }
  }
}

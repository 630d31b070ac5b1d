import RealignNumerics

/// A plain matrix of doubles for reference computations.
public struct DoubleMatrix: Sendable, Equatable {
  /// Number of rows.
  public var rows: Int
  /// Number of columns.
  public var columns: Int
  /// Row-major elements.
  public var values: [Double]

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(values: [Double](repeating: 0, count: rows * columns), rows: rows, columns: columns)
  }

  /// A matrix of given row-major values.
  public init(values: [Double], rows: Int, columns: Int) {
    precondition(values.count == rows * columns, "\(values.count) for \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The values of a tensor, widened.
  public init(_ tensor: Tensor) {
    self.init(
      values: tensor.values.map(Double.init),
      rows: tensor.rows,
      columns: tensor.columns
    )
  }

  /// One element.
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// The transpose.
  public var transposed: DoubleMatrix {
    var result = DoubleMatrix(rows: columns, columns: rows)
    for r in 0..<rows { for c in 0..<columns { result[c, r] = self[r, c] } }
    return result
  }

  /// The matrix product, by definition.
  public func times(_ other: DoubleMatrix) -> DoubleMatrix {
    precondition(columns == other.rows, "\(columns) columns times \(other.rows) rows")
    var result = DoubleMatrix(rows: rows, columns: other.columns)
    for r in 0..<rows {
      for k in 0..<columns {
        let factor = self[r, k]
        for c in 0..<other.columns { result[r, c] += factor * other[k, c] }
      }
    }
    return result
  }

  /// The sum of element-wise products: the inner product of two matrices.
  public func dot(_ other: DoubleMatrix) -> Double {
    zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

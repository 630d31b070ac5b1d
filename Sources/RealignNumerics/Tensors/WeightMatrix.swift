import Foundation

/// A matrix of weights as it is kept in memory: in single or in half precision.
///
/// Copying the value aliases the memory.
public enum WeightMatrix: Sendable {
  /// Single precision.
  case single(Tensor)
  /// Half precision, widened wherever it is computed with.
  case half(HalfTensor)

  /// Number of rows.
  public var rows: Int {
    switch self {
    case .single(let matrix): matrix.rows
    case .half(let matrix): matrix.rows
    }
  }

  /// Number of columns.
  public var columns: Int {
    switch self {
    case .single(let matrix): matrix.columns
    case .half(let matrix): matrix.columns
    }
  }

  /// How elements are stored.
  public var type: ScalarType {
    switch self {
    case .single: .f32
    case .half(let matrix): matrix.type
    }
  }

  /// The rows in `range`, aliased.
  public func rows(_ range: Range<Int>) -> WeightMatrix {
    switch self {
    case .single(let matrix): .single(matrix.rows(range))
    case .half(let matrix): .half(matrix.rows(range))
    }
  }

  /// Part of a contiguous matrix seen as one row, aliased; 1 x `range.count`.
  public func slice(_ range: Range<Int>) -> WeightMatrix {
    switch self {
    case .single(let matrix): .single(matrix.slice(range))
    case .half(let matrix): .half(matrix.slice(range))
    }
  }

  /// The same contiguous elements under another shape, aliased.
  public func reshaped(rows: Int, columns: Int) -> WeightMatrix {
    switch self {
    case .single(let matrix): .single(matrix.reshaped(rows: rows, columns: columns))
    case .half(let matrix): .half(matrix.reshaped(rows: rows, columns: columns))
    }
  }

  /// The matrix in single precision: itself, aliased, or a widened copy.
  public func widened() -> Tensor {
    switch self {
    case .single(let matrix): matrix
    case .half(let matrix): matrix.widened()
    }
  }

  /// The rows one after the other, little-endian, rounded to a type unless they are stored in it.
  public func encoded(as type: ScalarType) -> Data {
    switch self {
    case .half(let matrix) where matrix.type == type: matrix.littleEndianData()
    case .half(let matrix): matrix.widened().encoded(type.encoding)
    case .single(let matrix): matrix.encoded(type.encoding)
    }
  }
}

extension WeightMatrix: CustomStringConvertible {
  /// Type and shape, as in `Tensor(3 x 4)` or `BF16(3 x 4)`.
  public var description: String {
    switch self {
    case .single(let matrix): matrix.description
    case .half(let matrix): matrix.description
    }
  }
}

extension Tensor {
  /// The rows in `range`, aliased.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Tensor(
      buffer: buffer,
      offset: offset + range.lowerBound * stride,
      rows: range.count,
      columns: columns,
      stride: stride
    )
  }

  /// The columns in `range`, aliased; strided unless all columns are taken.
  public func columns(_ range: Range<Int>) -> Tensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns,
      "columns \(range) of \(columns)"
    )
    return Tensor(
      buffer: buffer,
      offset: offset + range.lowerBound,
      rows: rows,
      columns: range.count,
      stride: stride
    )
  }

  /// Part of a contiguous tensor seen as one row, aliased; 1 x `range.count`.
  public func slice(_ range: Range<Int>) -> Tensor {
    precondition(isContiguous, "a slice needs contiguous memory")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "slice \(range) of \(count)"
    )
    return Tensor(
      buffer: buffer,
      offset: offset + range.lowerBound,
      rows: 1,
      columns: range.count,
      stride: range.count
    )
  }

  /// The same contiguous elements under another shape, aliased.
  public func reshaped(rows: Int, columns: Int) -> Tensor {
    precondition(isContiguous, "reshaping needs contiguous memory")
    precondition(rows * columns == count, "\(count) elements as \(rows) x \(columns)")
    return Tensor(buffer: buffer, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  /// A contiguous copy in memory of its own.
  public func duplicate() -> Tensor {
    let copy = Tensor(rows: rows, columns: columns)
    copy.copy(from: self)
    return copy
  }

  /// The matrix whose columns the parts are, side by side in one buffer.
  ///
  /// - Precondition: Each part starts where the one before it ends.
  public static func joined(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "no parts")
    let first = parts[0]
    var width = 0
    for part in parts {
      precondition(
        part.buffer === first.buffer && part.offset == first.offset + width
          && part.rows == first.rows && part.stride == first.stride,
        "\(part) does not lie right of \(width) columns"
      )
      width += part.columns
    }
    return Tensor(
      buffer: first.buffer,
      offset: first.offset,
      rows: first.rows,
      columns: width,
      stride: first.stride
    )
  }

  /// A copy of matrices of one width, one beneath the other; the first itself where it is alone.
  public static func stacked(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "no parts")
    guard parts.count > 1 else { return parts[0] }
    let result = Tensor(
      temporaryRows: parts.reduce(0) { $0 + $1.rows },
      columns: parts[0].columns
    )
    var row = 0
    for part in parts {
      result.rows(row..<row + part.rows).copy(from: part)
      row += part.rows
    }
    return result
  }
}

/// A view of a row-major matrix of floats; copying the view aliases the memory.
///
/// Element (r, c) lies at `offset + r * stride + c` of the buffer. Writing through a view needs no
/// `var`: a tensor is a reference, as a buffer pointer is. Two threads may write disjoint parts.
public struct Tensor: Sendable {
  /// The memory viewed.
  public let buffer: FloatBuffer
  /// Index of element (0, 0) in the buffer.
  public let offset: Int
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Distance between the starts of two rows, in elements.
  public let stride: Int

  /// A contiguous matrix of zeros.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a tensor of \(rows) x \(columns)")
    self.init(
      buffer: FloatBuffer(count: rows * columns),
      offset: 0,
      rows: rows,
      columns: columns,
      stride: columns
    )
  }

  /// A contiguous matrix, contents undefined, whose memory is kept for the next of its kind.
  ///
  /// For large results that live for a moment in every step: fresh memory is mapped page by page.
  public init(temporaryRows rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a tensor of \(rows) x \(columns)")
    self.init(
      buffer: FloatBuffer(scratch: rows * columns),
      offset: 0,
      rows: rows,
      columns: columns,
      stride: columns
    )
  }

  /// A contiguous matrix holding a copy of row-major `values`.
  public init(_ values: [Float], rows: Int, columns: Int) {
    precondition(
      values.count == rows * columns,
      "\(values.count) values for \(rows) x \(columns)"
    )
    self.init(rows: rows, columns: columns)
    copy(from: values)
  }

  /// A view of part of a buffer.
  public init(buffer: FloatBuffer, offset: Int, rows: Int, columns: Int, stride: Int) {
    precondition(
      offset >= 0 && rows >= 0 && columns >= 0 && (rows <= 1 || stride >= columns),
      "offset \(offset), \(rows) x \(columns), stride \(stride)"
    )
    let end = rows == 0 || columns == 0 ? offset : offset + (rows - 1) * stride + columns
    precondition(end <= buffer.count, "view ends at \(end) in a buffer of \(buffer.count)")
    self.buffer = buffer
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Number of elements.
  public var count: Int { rows * columns }

  /// Whether rows follow each other without a gap.
  public var isContiguous: Bool { stride == columns || rows <= 1 }

  /// The first element; kernels and BLAS read and write through it.
  @usableFromInline var pointer: UnsafeMutablePointer<Float> { buffer.base + offset }

  /// The first element of a row.
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { pointer + index * stride }

  /// One element, bounds checked.
  @inlinable public subscript(row: Int, column: Int) -> Float {
    get {
      checkBounds(row, column)
      return buffer.base[offset + row * stride + column]
    }
    nonmutating set {
      checkBounds(row, column)
      buffer.base[offset + row * stride + column] = newValue
    }
  }

  @inlinable func checkBounds(_ row: Int, _ column: Int) {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "element (\(row), \(column)) of a \(rows) x \(columns) tensor"
    )
  }

  /// All elements, row-major, copied out.
  public var values: [Float] {
    [Float](unsafeUninitializedCapacity: count) { target, initialized in
      if let start = target.baseAddress {
        for r in 0..<rows {
          (start + r * columns).initialize(from: row(r), count: columns)
        }
      }
      initialized = count
    }
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape, as in `Tensor(3 x 4)`.
  public var description: String { "Tensor(\(rows) x \(columns))" }

  func requireShape(_ rows: Int, _ columns: Int, _ name: String) {
    precondition(
      self.rows == rows && self.columns == columns,
      "\(name) is \(self.rows) x \(self.columns), expected \(rows) x \(columns)"
    )
  }
}

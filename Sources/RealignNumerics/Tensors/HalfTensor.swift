import CRealignKernels
import Foundation

/// A fixed block of 16-bit numbers, zero at first and aligned to 64 bytes; freed with its last
/// reference.
public final class HalfBuffer: @unchecked Sendable {
  /// Number of elements.
  public let count: Int
  let base: UnsafeMutablePointer<UInt16>
  private let allocation: UnsafeMutableRawPointer?
  /// The memory that this buffer lies over; nil where it has its own.
  private let owner: FloatBuffer?

  private static let alignment = 64

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) halves")
    self.count = count
    let block = LargePages.zeros(
      bytes: count * MemoryLayout<UInt16>.stride + Self.alignment
    )
    allocation = block
    owner = nil
    base = block.alignedUp(toMultipleOf: Self.alignment)
      .bindMemory(to: UInt16.self, capacity: max(count, 1))
  }

  /// The memory of floats as twice as many 16-bit numbers.
  init(over floats: FloatBuffer) {
    count = 2 * floats.count
    allocation = nil
    owner = floats
    base = UnsafeMutableRawPointer(floats.base).assumingMemoryBound(to: UInt16.self)
  }

  deinit { free(allocation) }
}

/// A view of a contiguous row-major matrix of 16-bit floating-point numbers.
///
/// It holds weights; what is computed with them is widened to single precision first. Copying the
/// view aliases the memory, as with `Tensor`.
public struct HalfTensor: Sendable {
  /// The memory viewed.
  public let buffer: HalfBuffer
  /// Index of element (0, 0) in the buffer.
  public let offset: Int
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// How elements are stored: `f16` or `bf16`.
  public let type: ScalarType

  /// A matrix of zeros.
  ///
  /// - Precondition: `type` has 16 bits.
  public init(rows: Int, columns: Int, type: ScalarType) {
    precondition(rows >= 0 && columns >= 0, "a tensor of \(rows) x \(columns)")
    precondition(type.byteCount == 2, "\(type.rawValue) has not 16 bits")
    self.init(
      buffer: HalfBuffer(count: rows * columns),
      offset: 0,
      rows: rows,
      columns: columns,
      type: type
    )
  }

  /// The memory of a contiguous tensor as one row of twice as many 16-bit numbers, aliased: so what
  /// moves floats without looking at them moves halves too.
  ///
  /// - Precondition: `type` has 16 bits.
  public init(over floats: Tensor, type: ScalarType) {
    precondition(floats.isContiguous, "halves need contiguous memory")
    precondition(type.byteCount == 2, "\(type.rawValue) has not 16 bits")
    self.init(
      buffer: HalfBuffer(over: floats.buffer),
      offset: 2 * floats.offset,
      rows: 1,
      columns: 2 * floats.count,
      type: type
    )
  }

  private init(buffer: HalfBuffer, offset: Int, rows: Int, columns: Int, type: ScalarType) {
    precondition(
      offset >= 0 && offset + rows * columns <= buffer.count,
      "\(rows) x \(columns) at \(offset) of \(buffer.count)"
    )
    self.buffer = buffer
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.type = type
  }

  /// Number of elements.
  public var count: Int { rows * columns }

  /// The first element of a row.
  func row(_ index: Int) -> UnsafeMutablePointer<UInt16> {
    buffer.base + offset + index * columns
  }

  /// Part of the elements seen as one row, aliased; 1 x `range.count`.
  public func slice(_ range: Range<Int>) -> HalfTensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "slice \(range) of \(count)"
    )
    return HalfTensor(
      buffer: buffer,
      offset: offset + range.lowerBound,
      rows: 1,
      columns: range.count,
      type: type
    )
  }

  /// The rows in `range`, aliased.
  public func rows(_ range: Range<Int>) -> HalfTensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return slice(range.lowerBound * columns..<range.upperBound * columns)
      .reshaped(rows: range.count, columns: columns)
  }

  /// The same elements under another shape, aliased.
  public func reshaped(rows: Int, columns: Int) -> HalfTensor {
    precondition(rows * columns == count, "\(count) elements as \(rows) x \(columns)")
    return HalfTensor(
      buffer: buffer,
      offset: offset,
      rows: rows,
      columns: columns,
      type: type
    )
  }

  /// A copy in memory of its own.
  public func duplicate() -> HalfTensor {
    let copy = HalfTensor(rows: rows, columns: columns, type: type)
    copy.buffer.base.update(from: row(0), count: count)
    return copy
  }

  /// The elements in single precision, in memory of their own.
  public func widened() -> Tensor {
    let result = Tensor(rows: rows, columns: columns)
    widen(into: result)
    return result
  }

  /// Copies the elements to a tensor of the same shape, in single precision.
  public func widen(into out: Tensor) {
    out.requireShape(rows, columns, "out")
    out.forEachRun { r, start, count in
      type.widen(row(r) + start, into: out.row(r) + start, count: count)
    }
  }

  /// Copies numbers of the same shape, rounded to the nearest, ties to even; what is beyond the
  /// type's range becomes infinite.
  public func copy(from source: Tensor) {
    source.requireShape(rows, columns, "source")
    source.forEachRun { r, start, count in
      type.narrow(source.row(r) + start, into: row(r) + start, count: count)
    }
  }

  /// Whether no element is infinite or not a number.
  public var isFinite: Bool {
    let exponent: UInt16 = type == .f16 ? 0x7C00 : 0x7F80
    let bits = UnsafeBufferPointer(start: row(0), count: count)
    // Without an early exit the loop runs on vectors.
    let step = 1 << 16
    for start in stride(from: 0, to: count, by: step) {
      var isBad = false
      for i in start..<min(count, start + step) {
        isBad = isBad || bits[i] & exponent == exponent
      }
      if isBad { return false }
    }
    return true
  }

  /// The elements, row-major, little-endian.
  public func littleEndianData() -> Data {
    Data(buffer: UnsafeBufferPointer(start: row(0), count: count))
  }
}

extension HalfTensor: CustomStringConvertible {
  /// Type and shape, as in `BF16(3 x 4)`.
  public var description: String { "\(type.rawValue)(\(rows) x \(columns))" }
}

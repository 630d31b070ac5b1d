import Foundation

extension Tensor {
  /// The elements, row-major, as little-endian IEEE singles.
  public func littleEndianData() -> Data {
    var data = Data(capacity: count * MemoryLayout<Float>.size)
    for r in 0..<rows {
      data.append(UnsafeBufferPointer(start: row(r), count: columns))
    }
    return data
  }

  /// Reads row-major little-endian numbers, widened to float.
  ///
  /// - Parameters:
  ///   - data: The bytes; may be a memory-mapped file.
  ///   - byteRange: Where the numbers lie, counted from the start of `data`; exactly
  ///     `count * type.byteCount` bytes, at any alignment.
  ///   - type: How they are stored.
  public func load(_ data: Data, byteRange: Range<Int>, type: ScalarType) {
    precondition(
      byteRange.count == count * type.byteCount,
      "\(byteRange.count) bytes for \(count) numbers of \(type.rawValue)"
    )
    precondition(
      byteRange.lowerBound >= 0 && byteRange.upperBound <= data.count,
      "bytes \(byteRange) of \(data.count)"
    )
    guard count > 0 else { return }
    data.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      for r in 0..<rows {
        let source = start + byteRange.lowerBound + r * columns * type.byteCount
        type.widen(source, into: row(r), count: columns)
      }
    }
  }

  /// Reads row-major little-endian singles.
  ///
  /// - Parameters:
  ///   - data: The bytes.
  ///   - byteOffset: Where the first number lies, counted from the start of `data`.
  public func load(littleEndianFloat32 data: Data, at byteOffset: Int = 0) {
    load(data, byteRange: byteOffset..<byteOffset + count * 4, type: .f32)
  }
}

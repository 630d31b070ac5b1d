import CRealignKernels
import Foundation

/// How the rows of a matrix are written to a file of weights.
public enum RowEncoding: Sendable, CaseIterable {
  /// IEEE single precision.
  case float32
  /// IEEE half precision.
  case float16
  /// The upper half of a single.
  case bfloat16
  /// Q8_0 of GGML: 32 numbers as a half-precision scale and 32 signed bytes.
  case blocks8

  /// Numbers that are written together; a row's length must be a multiple.
  public var blockLength: Int { self == .blocks8 ? 32 : 1 }

  /// Bytes of a block.
  public var blockByteCount: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .blocks8: 34
    }
  }

  /// The greatest magnitude that stays finite.
  public var largestMagnitude: Float {
    switch self {
    case .float32: .greatestFiniteMagnitude
    // What follows is the last number below the tie that rounds to infinity.
    case .float16: Float(65520).nextDown
    case .bfloat16: Float(bitPattern: 0x7F7F_7FFF)
    // The scale, which is the magnitude over 127, is a half. A factor of 126 leaves room for the
    // division's rounding.
    case .blocks8: 65504 * 126
    }
  }

  /// Bytes of a row.
  ///
  /// - Precondition: `columns` is a multiple of `blockLength`.
  public func byteCount(columns: Int) -> Int {
    precondition(columns % blockLength == 0, "\(columns) numbers in blocks of \(blockLength)")
    return columns / blockLength * blockByteCount
  }
}

extension Tensor {
  /// The rows one after the other, little-endian.
  ///
  /// Halves are rounded to the nearest, ties to even; what is beyond their range becomes infinite.
  /// A block of 32 has the scale `max|x| / 127` and the bytes `x / scale`, ties away from zero.
  ///
  /// - Precondition: The number of columns is a multiple of the encoding's block length.
  public func encoded(_ encoding: RowEncoding) -> Data {
    let rowBytes = encoding.byteCount(columns: columns)
    if encoding == .float32 { return littleEndianData() }
    var data = Data(count: rows * rowBytes)
    data.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      for r in 0..<rows {
        let source = UnsafePointer(row(r))
        let target = start + r * rowBytes
        switch encoding {
        case .float32: break
        case .float16: rk_narrow_float16(target, source, columns)
        case .bfloat16: rk_narrow_bfloat16(target, source, columns)
        case .blocks8:
          for block in 0..<columns / 32 {
            Self.storeBlock(source + 32 * block, at: target + 34 * block)
          }
        }
      }
    }
    return data
  }

  /// The greatest absolute value, 0 for no elements; infinite if one is not a number.
  public var largestMagnitude: Float {
    var largest: Float = 0
    for r in 0..<rows {
      let values = UnsafeBufferPointer(start: row(r), count: columns)
      for value in values where !(value.magnitude <= largest) {
        guard !value.isNaN else { return .infinity }
        largest = value.magnitude
      }
    }
    return largest
  }

  /// One Q8_0 block.
  private static func storeBlock(
    _ source: UnsafePointer<Float>,
    at target: UnsafeMutableRawPointer
  ) {
    var largest: Float = 0
    for i in 0..<32 { largest = max(largest, source[i].magnitude) }
    let scale = largest / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    withUnsafePointer(to: scale) { rk_narrow_float16(target, $0, 1) }
    for i in 0..<32 {
      let level = (source[i] * inverse).rounded(.toNearestOrAwayFromZero)
      // A scale too small for its inverse is zero as a half: any level stands for zero.
      let byte = level.magnitude <= 127 ? Int8(level) : 0
      target.storeBytes(of: byte, toByteOffset: 2 + i, as: Int8.self)
    }
  }
}

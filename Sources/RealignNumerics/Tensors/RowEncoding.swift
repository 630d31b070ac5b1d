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
        case .float16: Self.store(source, columns, at: target, as: Self.half)
        case .bfloat16: Self.store(source, columns, at: target, as: Self.upperHalf)
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

  private static func store(
    _ source: UnsafePointer<Float>,
    _ count: Int,
    at target: UnsafeMutableRawPointer,
    as convert: (Float) -> UInt16
  ) {
    for i in 0..<count {
      let value = convert(source[i]).littleEndian
      target.storeBytes(of: value, toByteOffset: 2 * i, as: UInt16.self)
    }
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
    target.storeBytes(of: half(scale).littleEndian, as: UInt16.self)
    for i in 0..<32 {
      let level = (source[i] * inverse).rounded(.toNearestOrAwayFromZero)
      // A scale too small for its inverse is zero as a half: any level stands for zero.
      let byte = level.magnitude <= 127 ? Int8(level) : 0
      target.storeBytes(of: byte, toByteOffset: 2 + i, as: Int8.self)
    }
  }

  /// The bits of the nearest half, ties to even (IEEE 754-2019, section 4.3.1).
  @inline(__always) private static func half(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let bits = value.bitPattern & 0x7FFF_FFFF
    if bits > 0x7F80_0000 { return sign | 0x7E00 }
    if bits >= 0x477F_F000 { return sign | 0x7C00 }  // 65520, midway to what would be 65536
    if bits < 0x3880_0000 {  // below 2^-14: a multiple of 2^-24
      let steps = (Float(bitPattern: bits) * 0x1p24).rounded(.toNearestOrEven)
      return sign | UInt16(steps)
    }
    let rounded = bits + 0xFFF + ((bits >> 13) & 1)
    return sign | UInt16((rounded - 0x3800_0000) >> 13)
  }

  /// The bits of the nearest bfloat16, ties to even.
  @inline(__always) private static func upperHalf(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if bits & 0x7FFF_FFFF > 0x7F80_0000 { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16)
  }
}

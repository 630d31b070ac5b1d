import Foundation

/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
  /// One byte without sign.
  case uint8(UInt8)
  /// One byte with sign.
  case int8(Int8)
  /// Two bytes without sign.
  case uint16(UInt16)
  /// Two bytes with sign.
  case int16(Int16)
  /// Four bytes without sign.
  case uint32(UInt32)
  /// Four bytes with sign.
  case int32(Int32)
  /// IEEE single precision.
  case float32(Float)
  /// True or false, one byte.
  case bool(Bool)
  /// UTF-8 text.
  case string(String)
  /// Values of one type, at least one.
  case array([GGUFValue])
  /// Eight bytes without sign.
  case uint64(UInt64)
  /// Eight bytes with sign.
  case int64(Int64)
  /// IEEE double precision.
  case float64(Double)

  /// The number that stands for the type in a file.
  var typeCode: UInt32 {
    switch self {
    case .uint8: 0
    case .int8: 1
    case .uint16: 2
    case .int16: 3
    case .uint32: 4
    case .int32: 5
    case .float32: 6
    case .bool: 7
    case .string: 8
    case .array: 9
    case .uint64: 10
    case .int64: 11
    case .float64: 12
    }
  }
}

/// The growing bytes of a GGUF header; all numbers are little-endian.
struct GGUFBytes {
  private(set) var data = Data()

  mutating func append(_ number: some FixedWidthInteger) {
    var rest = UInt64(truncatingIfNeeded: number)
    for _ in 0..<number.bitWidth / 8 {
      data.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    data.append(contentsOf: text.utf8)
  }

  /// A value's type and bytes.
  mutating func append(typed value: GGUFValue) {
    append(value.typeCode)
    append(value)
  }

  /// A value's bytes, without its own type.
  mutating func append(_ value: GGUFValue) {
    switch value {
    case .uint8(let number): append(number)
    case .int8(let number): append(number)
    case .uint16(let number): append(number)
    case .int16(let number): append(number)
    case .uint32(let number): append(number)
    case .int32(let number): append(number)
    case .uint64(let number): append(number)
    case .int64(let number): append(number)
    case .float32(let number): append(number.bitPattern)
    case .float64(let number): append(number.bitPattern)
    case .bool(let flag): append(UInt8(flag ? 1 : 0))
    case .string(let text): append(text)
    case .array(let items): append(items)
    }
  }

  private mutating func append(_ items: [GGUFValue]) {
    guard let type = items.first?.typeCode else {
      preconditionFailure("an array without items; at least one expected")
    }
    append(type)
    append(UInt64(items.count))
    for item in items {
      precondition(item.typeCode == type, "type \(item.typeCode) in an array of type \(type)")
      append(item)
    }
  }

  /// Zeros up to a multiple of `alignment`.
  mutating func pad(to alignment: Int) {
    data.append(Data(count: GGUFBytes.padding(data.count, to: alignment)))
  }

  /// Bytes missing to a multiple of `alignment`.
  static func padding(_ count: Int, to alignment: Int) -> Int {
    (alignment - count % alignment) % alignment
  }
}

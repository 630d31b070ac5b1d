/// A protocol buffer message under construction: just the wire types that events use.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  /// A varint field; negative numbers take ten bytes, as the format demands.
  mutating func add(_ field: Int, integer: Int64) {
    key(field, wireType: 0)
    varint(UInt64(bitPattern: integer))
  }

  /// A 64-bit floating-point field.
  mutating func add(_ field: Int, double: Double) {
    key(field, wireType: 1)
    bytes.appendLittleEndian(double.bitPattern)
  }

  /// A 32-bit floating-point field.
  mutating func add(_ field: Int, float: Float) {
    key(field, wireType: 5)
    bytes.appendLittleEndian(float.bitPattern)
  }

  /// A string field.
  mutating func add(_ field: Int, text: String) { add(field, payload: Array(text.utf8)) }

  /// An embedded message.
  mutating func add(_ field: Int, message: ProtocolBuffer) { add(field, payload: message.bytes) }

  private mutating func add(_ field: Int, payload: [UInt8]) {
    key(field, wireType: 2)
    varint(UInt64(payload.count))
    bytes += payload
  }

  private mutating func key(_ field: Int, wireType: UInt64) {
    varint(UInt64(field) << 3 | wireType)
  }

  private mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}

extension [UInt8] {
  /// Appends an integer's bytes, least significant first.
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

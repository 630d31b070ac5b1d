extension JSONValue {
  /// The JSON text, the same for the same value every time.
  ///
  /// Numbers have their shortest digits that read back equal, whole numbers no fraction; NaN and
  /// infinities, which JSON cannot express, become `null`.
  ///
  /// - Parameter pretty: Whether to spread the value over lines indented by two spaces.
  public func serialized(pretty: Bool = false) -> String {
    String(decoding: serializedBytes(pretty: pretty), as: UTF8.self)
  }

  /// The UTF-8 bytes of `serialized(pretty:)`.
  public func serializedBytes(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(self, depth: 0)
    return writer.bytes
  }
}

/// Appends JSON text to a byte buffer.
struct JSONWriter {
  let pretty: Bool
  var bytes: [UInt8] = []

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .number(let number): write(number)
    case .string(let text): write(text)
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (position, item) in items.enumerated() {
        separate(position, depth: depth + 1)
        write(item, depth: depth + 1)
      }
      close(UInt8(ascii: "]"), isEmpty: items.isEmpty, depth: depth)
    case .object(let object):
      bytes.append(UInt8(ascii: "{"))
      for position in 0..<object.count {
        let pair = object.pair(at: position)
        separate(position, depth: depth + 1)
        write(pair.key)
        append(pretty ? ": " : ":")
        write(pair.value, depth: depth + 1)
      }
      close(UInt8(ascii: "}"), isEmpty: object.isEmpty, depth: depth)
    }
  }

  private mutating func separate(_ position: Int, depth: Int) {
    if position > 0 { bytes.append(UInt8(ascii: ",")) }
    breakLine(depth: depth)
  }

  private mutating func close(_ bracket: UInt8, isEmpty: Bool, depth: Int) {
    if !isEmpty { breakLine(depth: depth) }
    bytes.append(bracket)
  }

  private mutating func breakLine(depth: Int) {
    guard pretty else { return }
    bytes.append(0x0A)
    for _ in 0..<2 * depth { bytes.append(0x20) }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func write(_ number: Double) {
    guard number.isFinite else { return append("null") }
    if let whole = Int(exactly: number), whole.magnitude < 1_000_000_000_000_000,
      whole != 0 || number.sign == .plus
    {
      return append(String(whole))
    }
    let text = number.description
    append(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20:
        append("\\u00")
        bytes.append(Self.hexadecimalDigit(byte >> 4))
        bytes.append(Self.hexadecimalDigit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
  }
}

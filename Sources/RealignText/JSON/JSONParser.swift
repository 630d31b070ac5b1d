extension JSONValue {
  /// The value that a JSON text holds, by RFC 8259 read strictly.
  ///
  /// Refused beyond the grammar: a key twice in one object, numbers out of the range of Double,
  /// escaped halves of a surrogate pair, invalid UTF-8, more than 128 levels.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, without a byte-order mark.
  ///   - file: The name used in errors.
  ///   - line: The number of the first line, 1 if `nil`.
  /// - Throws: `InputError` of kind `badData` with line and column.
  public static func parse(
    _ bytes: some Collection<UInt8>,
    file: String? = nil,
    line: Int? = nil
  ) throws -> JSONValue {
    let array = (bytes as? [UInt8]) ?? Array(bytes)
    return try parse(array, range: 0..<array.count, file: file, line: line ?? 1)
  }

  /// The value that a JSON text holds, by RFC 8259 read strictly.
  ///
  /// - Throws: `InputError` of kind `badData` with line and column.
  public static func parse(
    _ text: String,
    file: String? = nil,
    line: Int? = nil
  ) throws -> JSONValue {
    try parse(Array(text.utf8), file: file, line: line)
  }

  /// The value that part of a buffer holds; columns count from the start of the part.
  static func parse(
    _ bytes: [UInt8],
    range: Range<Int>,
    file: String?,
    line: Int
  ) throws -> JSONValue {
    var parser = JSONParser(bytes: bytes, range: range)
    return try parser.parse(file: file, line: line)
  }
}

/// A recursive-descent reader over a byte buffer.
struct JSONParser {
  static let maximumDepth = 128

  let bytes: [UInt8]
  private(set) var range: Range<Int>
  var position: Int
  private(set) var end: Int
  /// A string whose escapes are being replaced.
  var unescaped: [UInt8] = []

  /// What is wrong, and at which byte.
  struct Failure: Error {
    var message: String
    var position: Int
    var found: String?
    var expected: String?
  }

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    position = range.lowerBound
    end = range.upperBound
  }

  /// Turns to another part of the buffer.
  mutating func restart(at range: Range<Int>) {
    self.range = range
    position = range.lowerBound
    end = range.upperBound
  }

  /// The value that the part holds, with the error that users see.
  ///
  /// - Throws: `InputError` of kind `badData` with line and column.
  mutating func parse(file: String?, line: Int) throws -> JSONValue {
    do throws(Failure) {
      return try parseDocument()
    } catch {
      throw inputError(error, file: file, firstLine: line)
    }
  }

  mutating func parseDocument() throws(Failure) -> JSONValue {
    let value = try parseValue(depth: 0)
    skipSpace()
    guard position == end else {
      throw failure("text after the JSON value", expected: "the end of the text")
    }
    return value
  }

  private mutating func parseValue(depth: Int) throws(Failure) -> JSONValue {
    skipSpace()
    guard position < end else {
      throw failure("the JSON text ends early", expected: "a value")
    }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try checkDepth(depth)
      return .object(try parseObject(depth: depth))
    case UInt8(ascii: "["):
      try checkDepth(depth)
      return .array(try parseArray(depth: depth))
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .number(try parseNumber())
    default: throw failure("not a JSON value", expected: "an object, array, string or number")
    }
  }

  private func checkDepth(_ depth: Int) throws(Failure) {
    guard depth < Self.maximumDepth else {
      throw failure("more than \(Self.maximumDepth) levels of arrays and objects")
    }
  }

  private mutating func parseObject(depth: Int) throws(Failure) -> JSONObject {
    var object = JSONObject()
    position += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return object }
    while true {
      skipSpace()
      guard position < end, bytes[position] == UInt8(ascii: "\"") else {
        throw failure("not a key", expected: "a string in double quotes")
      }
      let keyPosition = position
      let key = try parseString()
      skipSpace()
      guard take(UInt8(ascii: ":")) else {
        throw failure("no colon after a key", expected: "`:`")
      }
      let value = try parseValue(depth: depth + 1)
      guard object.appendIfAbsent(key, value) else {
        throw Failure(message: "a key occurs twice", position: keyPosition, found: key)
      }
      skipSpace()
      if take(UInt8(ascii: "}")) { return object }
      guard take(UInt8(ascii: ",")) else {
        throw failure("an object is not continued", expected: "`,` or `}`")
      }
    }
  }

  private mutating func parseArray(depth: Int) throws(Failure) -> [JSONValue] {
    var items: [JSONValue] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return items }
    while true {
      items.append(try parseValue(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return items }
      guard take(UInt8(ascii: ",")) else {
        throw failure("an array is not continued", expected: "`,` or `]`")
      }
    }
  }

  private mutating func parseLiteral(
    _ text: StaticString,
    _ value: JSONValue
  ) throws(Failure) -> JSONValue {
    let literal = text.description.utf8
    guard end - position >= literal.count,
      bytes[position..<position + literal.count].elementsEqual(literal)
    else { throw failure("not a JSON value", expected: "`\(text)`") }
    position += literal.count
    return value
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// A failure at the current byte, which is quoted.
  func failure(_ message: String, expected: String? = nil) -> Failure {
    var stop = min(position + 24, end)
    while stop > position, stop < end, bytes[stop] & 0xC0 == 0x80 { stop -= 1 }
    let found =
      position < end
      ? "`" + String(decoding: bytes[position..<stop], as: UTF8.self) + "`" : "the end of the text"
    return Failure(message: message, position: position, found: found, expected: expected)
  }

  /// The failure with its place as a line and a column.
  func inputError(_ failure: Failure, file: String?, firstLine: Int) -> InputError {
    var line = firstLine
    var lineStart = range.lowerBound
    for position in range.lowerBound..<failure.position where bytes[position] == 0x0A {
      line += 1
      lineStart = position + 1
    }
    let scalars = bytes[lineStart..<failure.position].count { $0 & 0xC0 != 0x80 }
    return InputError(
      .badData,
      failure.message,
      file: file,
      line: line,
      column: scalars + 1,
      found: failure.found,
      expected: failure.expected
    )
  }
}

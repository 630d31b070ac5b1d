extension JSONParser {
  /// Reads a string from its opening to past its closing quote.
  mutating func parseString() throws(Failure) -> String {
    let opening = position
    position += 1
    let start = position
    skipPlain()
    guard position < end else { throw unclosedFailure(opening) }
    switch bytes[position] {
    case UInt8(ascii: "\""):
      let text = try text(start..<position)
      position += 1
      return text
    case UInt8(ascii: "\\"): return try parseEscapedString(start: start)
    default: throw controlCharacterFailure()
    }
  }

  /// Goes on with a string at its first backslash.
  private mutating func parseEscapedString(start: Int) throws(Failure) -> String {
    // The buffer keeps its memory from string to string.
    var buffer: [UInt8] = []
    swap(&buffer, &unescaped)
    defer { swap(&buffer, &unescaped) }
    buffer.removeAll(keepingCapacity: true)
    var plainStart = start
    var isASCII = false
    while true {
      if !isASCII { try checkUTF8(plainStart..<position) }
      buffer.append(contentsOf: bytes[plainStart..<position])
      guard bytes[position] == UInt8(ascii: "\\") else { break }
      try parseEscape(into: &buffer)
      plainStart = position
      isASCII = skipPlain()
      guard position < end else { throw unclosedFailure(start - 1) }
      if bytes[position] < 0x20 { throw controlCharacterFailure() }
    }
    position += 1
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Goes to the next quote, backslash or control character, or to the end.
  ///
  /// - Returns: Whether all before is known to be ASCII.
  @discardableResult
  private mutating func skipPlain() -> Bool {
    let (stop, isASCII) = Self.plainEnd(bytes.span, position..<end)
    position = stop
    return isASCII
  }

  private static func plainEnd(
    _ bytes: Span<UInt8>,
    _ part: Range<Int>
  ) -> (position: Int, isASCII: Bool) {
    var position = part.lowerBound
    var beyond: UInt64 = 0
    while position &+ 8 <= part.upperBound {
      let eight = EightBytes(bytes, at: position)
      let mask =
        eight.equal(to: UInt8(ascii: "\"")) | eight.equal(to: UInt8(ascii: "\\"))
        | eight.below(0x20)
      beyond |= eight.beyondASCII
      if mask != 0 { return (position &+ EightBytes.first(mask), beyond == 0) }
      position &+= 8
    }
    while position < part.upperBound {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      beyond |= UInt64(byte & 0x80)
      position &+= 1
    }
    return (position, beyond == 0)
  }

  private func unclosedFailure(_ opening: Int) -> Failure {
    Failure(
      message: "a string is not closed",
      position: opening,
      expected: "a closing double quote"
    )
  }

  private mutating func parseEscape(into buffer: inout [UInt8]) throws(Failure) {
    let start = position
    position += 1
    guard position < end else {
      throw failure("the JSON text ends early", expected: "a character after the backslash")
    }
    switch bytes[position] {
    case UInt8(ascii: "\""): buffer.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): buffer.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): buffer.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      position += 1
      Self.append(try parseUnicodeEscape(start: start), to: &buffer)
      return
    default:
      position = start
      throw failure(
        "not an escape sequence",
        expected: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"
      )
    }
    position += 1
  }

  private static func append(_ scalar: Unicode.Scalar, to buffer: inout [UInt8]) {
    let value = scalar.value
    func follow(_ shift: UInt32) -> UInt8 {
      UInt8(truncatingIfNeeded: value >> shift & 0x3F | 0x80)
    }
    switch value {
    case 0..<0x80: buffer.append(UInt8(value))
    case 0x80..<0x800:
      buffer.append(UInt8(0xC0 | value >> 6))
      buffer.append(follow(0))
    case 0x800..<0x10000:
      buffer.append(UInt8(0xE0 | value >> 12))
      buffer.append(follow(6))
      buffer.append(follow(0))
    default:
      buffer.append(UInt8(0xF0 | value >> 18))
      buffer.append(follow(12))
      buffer.append(follow(6))
      buffer.append(follow(0))
    }
  }

  /// Reads the digits after `\u`, and the second half of a surrogate pair.
  private mutating func parseUnicodeEscape(start: Int) throws(Failure) -> Unicode.Scalar {
    var value = try parseHexadecimal()
    if 0xD800..<0xDC00 ~= value, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let low = try parseHexadecimal()
      if 0xDC00..<0xE000 ~= low { value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw Failure(
        message: "half of a surrogate pair",
        position: start,
        found: "\\u" + String(value, radix: 16),
        expected: "a pair such as \\ud83d\\ude00"
      )
    }
    return scalar
  }

  private mutating func parseHexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Self.hexadecimalValue(bytes[position]) else {
        throw failure("not a Unicode escape", expected: "four hexadecimal digits after \\u")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private static func hexadecimalValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  private func controlCharacterFailure() -> Failure {
    Failure(
      message: "a control character inside a string",
      position: position,
      found: "byte \(bytes[position])",
      expected: "an escape such as \\n or \\u0000"
    )
  }

  private func text(_ part: Range<Int>) throws(Failure) -> String {
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: bytes.span.extracting(part)))
    } catch {
      try checkUTF8(part)
    }
    return String(decoding: bytes[part], as: UTF8.self)
  }

  private func checkUTF8(_ part: Range<Int>) throws(Failure) {
    guard let bad = UTF8Check.firstInvalid(bytes, part) else { return }
    throw Failure(
      message: "invalid UTF-8",
      position: bad,
      found: "byte 0x" + String(bytes[bad], radix: 16),
      expected: "UTF-8 text"
    )
  }

  /// Reads a number; up to 19 digits and small exponents directly, others by the standard library.
  mutating func parseNumber() throws(Failure) -> Double {
    let start = position
    let isNegative = take(UInt8(ascii: "-"))
    var mantissa: UInt64 = 0
    var digits = 0
    let wholeStart = position
    readDigits(&mantissa, &digits)
    guard position > wholeStart else {
      throw failure("not a number", expected: "a digit")
    }
    guard bytes[wholeStart] != UInt8(ascii: "0") || position == wholeStart + 1 else {
      position = start
      throw failure("a number starts with a zero", expected: "no leading zeros")
    }
    var exponent = 0
    if take(UInt8(ascii: ".")) {
      let fractionStart = position
      readDigits(&mantissa, &digits)
      guard position > fractionStart else {
        throw failure("not a number", expected: "a digit after the decimal point")
      }
      exponent = fractionStart - position
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      let isDivision = take(UInt8(ascii: "-"))
      if !isDivision { _ = take(UInt8(ascii: "+")) }
      let exponentStart = position
      var value: UInt64 = 0
      var count = 0
      readDigits(&value, &count)
      guard position > exponentStart else {
        throw failure("not a number", expected: "a digit in the exponent")
      }
      // Beyond 6 digits the value is 0 or out of range whatever the mantissa; see below.
      exponent += count > 6 ? 10_000_000 : isDivision ? -Int(value) : Int(value)
    }
    // Exact by Clinger (1990): both factors are representable, so there is one rounding.
    if digits <= 15, exponent.magnitude <= 22 {
      let power = Self.powersOfTen[Int(exponent.magnitude)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return isNegative ? -value : value
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw Failure(
        message: "a number out of range",
        position: start,
        found: text,
        expected: "a magnitude below 1.8e308"
      )
    }
    return value
  }

  private mutating func readDigits(_ value: inout UInt64, _ count: inout Int) {
    while position < end {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      if count > 0 || digit > 0 { count += 1 }
      value = value &* 10 &+ UInt64(digit)
      position += 1
    }
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

/// Where a byte sequence stops being UTF-8.
enum UTF8Check {
  /// The first byte of the first ill-formed sequence, if there is one (Unicode 16, table 3-7).
  static func firstInvalid(_ bytes: [UInt8], _ part: Range<Int>) -> Int? {
    var position = part.lowerBound
    while position < part.upperBound {
      if bytes[position] < 0x80 {
        position += 1
        continue
      }
      let (length, isValid) = sequence(bytes, at: position, end: part.upperBound)
      guard isValid else { return position }
      position += length
    }
    return nil
  }

  /// The length of the sequence at a position and whether it is well formed; for an ill-formed
  /// one the length is that of its longest valid beginning, at least 1.
  static func sequence(
    _ bytes: [UInt8],
    at position: Int,
    end: Int
  ) -> (length: Int, isValid: Bool) {
    let first = bytes[position]
    let count: Int
    switch first {
    case 0..<0x80: return (1, true)
    case 0xC2...0xDF: count = 2
    case 0xE0...0xEF: count = 3
    case 0xF0...0xF4: count = 4
    default: return (1, false)
    }
    for offset in 1..<count {
      guard position + offset < end else { return (offset, false) }
      let byte = bytes[position + offset]
      var low: UInt8 = 0x80
      var high: UInt8 = 0xBF
      if offset == 1 {
        switch first {
        case 0xE0: low = 0xA0
        case 0xED: high = 0x9F
        case 0xF0: low = 0x90
        case 0xF4: high = 0x8F
        default: break
        }
      }
      guard byte >= low, byte <= high else { return (offset, false) }
    }
    return (count, true)
  }
}

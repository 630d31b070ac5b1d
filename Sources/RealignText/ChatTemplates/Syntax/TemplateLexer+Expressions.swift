extension TemplateLexer {
  private static let marks = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
    "}", ">", "<", "=", ".", ":", "|", ",", ";",
  ].map { Array($0.unicodeScalars) }

  private static let closing: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]

  /// Tokens up to the closing brace, which counts only where all brackets are closed.
  mutating func readExpression(
    closedBy first: Unicode.Scalar,
    as end: TemplateToken.Kind
  ) throws {
    var open: [Unicode.Scalar] = []
    let isBlock = end == .blockEnd
    while position < source.count {
      if open.isEmpty, let sign = closingSign(first, isBlock: isBlock) {
        position += sign == nil ? 2 : 3
        append(end)
        let start = position
        if isBlock || sign == "-" { skipAfterBlock(sign: sign) }
        line += newlines(start..<position)
        return
      }
      if source[position].isSpace {
        if value(position) == "\n" { line += 1 }
        position += 1
      } else {
        try readToken(&open)
      }
    }
    throw failure(
      "the template ends inside braces",
      found: "the end of the template",
      expected: isBlock ? "%}" : "}}"
    )
  }

  /// The sign of the closing brace here, `nil` inside for none; `nil` if there is no brace.
  private func closingSign(_ first: Unicode.Scalar, isBlock: Bool) -> Unicode.Scalar?? {
    var start = position
    var sign: Unicode.Scalar?
    if value(start) == "-" || (isBlock && value(start) == "+") {
      sign = value(start)
      start += 1
    }
    guard value(start) == first, value(start + 1) == "}" else { return nil }
    return .some(sign)
  }

  private mutating func readToken(_ open: inout [Unicode.Scalar]) throws {
    let unit = source[position]
    if ("0"..."9").contains(unit.scalar) {
      try readNumber()
    } else if unit.scalar == "'" || unit.scalar == "\"" {
      try readString(quote: unit.scalar)
    } else if unit.scalar == "_" || unit.scalar.properties.isXIDStart {
      try readName()
    } else {
      try readMark(&open)
    }
  }

  private mutating func readName() throws {
    var name = String.UnicodeScalarView()
    while let scalar = value(position), scalar == "_" || scalar.properties.isXIDContinue {
      name.append(scalar)
      position += 1
    }
    guard name.count <= Self.maximumNameLength else {
      throw failure(
        "the template has too long a name",
        found: String(name),
        expected: "at most \(Self.maximumNameLength) characters"
      )
    }
    append(.name(String(name)))
  }

  private mutating func readMark(_ open: inout [Unicode.Scalar]) throws {
    guard let mark = Self.marks.first(where: isHere) else {
      throw failure(
        "the template has an unknown character in an expression",
        found: String(source[position].scalar),
        expected: "a name, text, number or operator"
      )
    }
    let scalar = mark[0]
    if let closing = Self.closing[scalar] {
      open.append(closing)
    } else if mark.count == 1, scalar == ")" || scalar == "]" || scalar == "}" {
      guard let expected = open.popLast(), expected == scalar else {
        throw failure("a bracket closes nothing", found: "`\(scalar)`")
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: mark)
    append(.mark(String(text)))
    position += mark.count
  }

  private func isHere(_ mark: [Unicode.Scalar]) -> Bool {
    mark.indices.allSatisfy { value(position + $0) == mark[$0] }
  }

  /// A whole number or a float, with `_` between digits.
  private mutating func readNumber() throws {
    let start = position
    let follows = start > 0 && value(start - 1) == "."
    if value(position) == "0", let radix = Self.radix(value(position + 1)) {
      position += 2
      return try appendInteger(digits(radix: radix), radix: radix)
    }
    let whole = digits(radix: 10)
    var text = whole
    guard !follows else { return try appendInteger(whole, radix: 10) }
    if value(position) == ".", isDigit(position + 1) {
      position += 1
      text += "." + digits(radix: 10)
    }
    if let exponent = exponent() { text += exponent }
    guard text != whole else { return try appendInteger(whole, radix: 10) }
    append(.float(Double(text) ?? .infinity))
  }

  private mutating func exponent() -> String? {
    guard value(position) == "e" || value(position) == "E" else { return nil }
    let hasSign = value(position + 1) == "+" || value(position + 1) == "-"
    guard isDigit(position + (hasSign ? 2 : 1)) else { return nil }
    let sign = hasSign ? String(source[position + 1].scalar) : ""
    position += hasSign ? 2 : 1
    return "e" + sign + digits(radix: 10)
  }

  private mutating func digits(radix: Int) -> String {
    var result = ""
    while let scalar = value(position) {
      if scalar == "_", isDigit(position + 1, radix: radix) {
        position += 1
        continue
      }
      guard isDigit(position, radix: radix) else { break }
      result.unicodeScalars.append(scalar)
      position += 1
    }
    return result
  }

  private func isDigit(_ position: Int, radix: Int = 10) -> Bool {
    guard let scalar = value(position), scalar.isASCII else { return false }
    return Character(scalar).hexDigitValue.map { $0 < radix } ?? false
  }

  private static func radix(_ scalar: Unicode.Scalar?) -> Int? {
    switch scalar {
    case "b", "B": 2
    case "o", "O": 8
    case "x", "X": 16
    default: nil
    }
  }

  private mutating func appendInteger(_ digits: String, radix: Int) throws {
    guard let number = Int(digits, radix: radix) else {
      throw failure(
        "a number in the template is too large",
        found: digits.isEmpty ? "no digits" : digits,
        expected: "at most \(Int.max)"
      )
    }
    append(.integer(number))
  }
}

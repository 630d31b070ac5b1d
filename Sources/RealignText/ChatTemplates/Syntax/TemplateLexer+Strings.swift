extension TemplateLexer {
  /// A text in quotes, its escapes resolved as in Python.
  mutating func readString(quote: Unicode.Scalar) throws {
    let startLine = line
    var text = TemplateText()
    position += 1
    while let scalar = value(position) {
      if scalar == quote {
        position += 1
        tokens.append(TemplateToken(kind: .text(text), line: startLine))
        return
      }
      if scalar == "\n" { line += 1 }
      position += 1
      if scalar == "\\" {
        try readEscape(to: &text)
      } else {
        text.units.append(TextUnit(scalar))
      }
    }
    line = startLine
    throw failure(
      "a text in the template is not closed",
      found: "the end of the template",
      expected: "\(quote)"
    )
  }

  private static let simpleEscapes: [Unicode.Scalar: Unicode.Scalar] = [
    "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}", "f": "\u{C}", "n": "\n",
    "r": "\r", "t": "\t", "v": "\u{B}",
  ]

  private mutating func readEscape(to text: inout TemplateText) throws {
    guard let scalar = value(position) else { return }
    position += 1
    if let simple = Self.simpleEscapes[scalar] {
      text.units.append(TextUnit(simple))
      return
    }
    switch scalar {
    case "\n": line += 1
    case "x": try appendEscape(readDigits(2, radix: 16, isExact: true), to: &text)
    case "u": try appendEscape(readDigits(4, radix: 16, isExact: true), to: &text)
    case "U": try appendEscape(readDigits(8, radix: 16, isExact: true), to: &text)
    case "0"..."7":
      position -= 1
      try appendEscape(readDigits(3, radix: 8, isExact: false), to: &text)
    case "N": throw escapeFailure("\\N")
    default:
      text.append("\\")
      text.units.append(TextUnit(scalar))
    }
  }

  private mutating func readDigits(_ count: Int, radix: Int, isExact: Bool) throws -> UInt32 {
    var digits = ""
    while digits.count < count, let scalar = value(position), scalar.isASCII,
      let digit = Character(scalar).hexDigitValue, digit < radix
    {
      digits.unicodeScalars.append(scalar)
      position += 1
    }
    guard !isExact || digits.count == count, let number = UInt32(digits, radix: radix) else {
      throw escapeFailure(digits)
    }
    return number
  }

  private func appendEscape(_ number: UInt32, to text: inout TemplateText) throws {
    guard let scalar = Unicode.Scalar(number) else {
      throw escapeFailure(String(number, radix: 16))
    }
    text.units.append(TextUnit(scalar))
  }

  private func escapeFailure(_ found: String) -> InputError {
    failure(
      "a text in the template has a bad escape",
      found: found,
      expected: "\\xHH, \\uHHHH, \\UHHHHHHHH of a character, or a simple escape"
    )
  }
}

/// Untrusted text made safe to show.
///
/// Characters that a reader cannot see but a terminal, a browser or a text layout obeys (controls,
/// bidirectional overrides, zero-width and tag characters) are replaced by visible marks.
enum Escape {
  /// For HTML and SVG text and for quoted attributes.
  static func html(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: append(scalar, to: &result)
      }
    }
    return result
  }

  /// For a terminal or a text file: line breaks and tabs stay.
  static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  /// For Markdown (CommonMark with tables), one line: nothing in it is read as markup.
  static func markdown(_ text: String) -> String {
    var result = ""
    for scalar in oneLine(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "$", "!":
        result += "\\"
        result.unicodeScalars.append(scalar)
      default: append(scalar, to: &result)
      }
    }
    return guardedStart(result)
  }

  /// Line breaks and tabs become spaces.
  static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { "\n\r\t\u{2028}\u{2029}".unicodeScalars.contains($0) ? " " : $0 }
      )
    )
  }

  /// Text without its outer spaces, and those spaces.
  static func trimmed(_ text: String) -> (lead: String, body: String, tail: String) {
    let lead = text.prefix { $0 == " " }
    let rest = text.dropFirst(lead.count)
    let tail = String(rest.reversed().prefix { $0 == " " })
    return (String(lead), String(rest.dropLast(tail.count)), tail)
  }

  /// A first character that would start a list or a rule is escaped.
  private static func guardedStart(_ text: String) -> String {
    let trimmed = text.drop { $0 == " " }
    if let first = trimmed.first, "-+=".contains(first) { return "\\" + trimmed }
    let digits = trimmed.prefix { $0.isASCII && $0.isNumber }
    let rest = trimmed.dropFirst(digits.count)
    let next = rest.dropFirst().first
    if !digits.isEmpty, let mark = rest.first, ".)".contains(mark), next == nil || next == " " {
      return digits + "\\" + rest
    }
    return String(trimmed)
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar.value {
    case 0x09, 0x0A:
      result.unicodeScalars.append(scalar)
    case 0x00..<0x20:
      // The control pictures block shows each control as a small glyph.
      result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
    case 0x7F:
      result += "␡"
    default:
      if isInvisible(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }

  /// Characters without a glyph that change how their neighbours are read.
  ///
  /// The zero-width joiner and non-joiner stay: scripts and emoji need them.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x80..<0xA0, 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029,
      0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default:
      scalar.properties.generalCategory == .unassigned && scalar.value >= 0xFFF0
        && scalar.value <= 0xFFFF
    }
  }
}

extension TemplateValue {
  /// The text that `{{ value }}` prints: Python's `str`, cut off a little beyond the limit.
  func printed(limit: Int) -> TemplateText {
    switch self {
    case .undefined: TemplateText()
    case .text(let text): text
    default: represented(limit: limit)
    }
  }

  /// Python's `repr`, cut off a little beyond the limit.
  func represented(limit: Int) -> TemplateText {
    var text = TemplateText()
    represent(to: &text, limit: limit)
    return text
  }

  /// Python's `repr` for error messages.
  var shown: String { represented(limit: 200).string }

  private func represent(to text: inout TemplateText, limit: Int) {
    guard text.count <= limit else { return }
    switch self {
    case .undefined: text.append("Undefined")
    case .none: text.append("None")
    case .bool(let value): text.append(value ? "True" : "False")
    case .integer(let value): text.append(String(value))
    case .float(let value): text.append(PythonFloat.represented(value))
    case .text(let value): value.represent(to: &text, limit: limit)
    case .sequence(let sequence): sequence.represent(to: &text, limit: limit)
    case .dictionary(let dictionary):
      text.append("{")
      for position in 0..<dictionary.count {
        guard text.count <= limit else { return }
        if position > 0 { text.append(", ") }
        dictionary.keys[position].represent(to: &text, limit: limit)
        text.append(": ")
        dictionary.values[position].represent(to: &text, limit: limit)
      }
      text.append("}")
    case .object(let object): text.append(object.printed)
    }
  }

  fileprivate static func represent(
    _ items: [TemplateValue],
    to text: inout TemplateText,
    limit: Int
  ) {
    for (position, item) in items.enumerated() {
      guard text.count <= limit else { return }
      if position > 0 { text.append(", ") }
      item.represent(to: &text, limit: limit)
    }
  }
}

extension TemplateSequence {
  fileprivate func represent(to text: inout TemplateText, limit: Int) {
    switch kind {
    case .list:
      text.append("[")
      TemplateValue.represent(items, to: &text, limit: limit)
      text.append("]")
    case .tuple:
      text.append("(")
      TemplateValue.represent(items, to: &text, limit: limit)
      text.append(items.count == 1 ? ",)" : ")")
    case .range(let printed): text.append(printed)
    case .view(let name):
      text.append(name + "([")
      TemplateValue.represent(items, to: &text, limit: limit)
      text.append("])")
    }
  }
}

extension TemplateText {
  /// The text between quotes, with what cannot be seen escaped.
  fileprivate func represent(to text: inout TemplateText, limit: Int) {
    let hasSingle = units.contains { $0.scalar == "'" }
    let hasDouble = units.contains { $0.scalar == "\"" }
    let quote: Unicode.Scalar = hasSingle && !hasDouble ? "\"" : "'"
    if isMarkup { text.append("Markup(") }
    text.append(String(quote))
    for unit in units {
      guard text.count <= limit else { return }
      switch unit.scalar {
      case "\\": text.append("\\\\", from: unit)
      case "\n": text.append("\\n", from: unit)
      case "\r": text.append("\\r", from: unit)
      case "\t": text.append("\\t", from: unit)
      case quote: text.append("\\" + String(quote), from: unit)
      default:
        if unit.isPrintable {
          text.units.append(unit)
        } else {
          text.append(Self.escape(unit.value), from: unit)
        }
      }
    }
    text.append(String(quote))
    if isMarkup { text.append(")") }
  }

  /// Characters that stand for one of a text, with its origin.
  mutating func append(_ string: String, from unit: TextUnit) {
    for scalar in string.unicodeScalars { units.append(unit.with(scalar)) }
  }

  private static func escape(_ value: UInt32) -> String {
    switch value {
    case ..<0x100: "\\x" + hexadecimal(value, digits: 2)
    case ..<0x10000: "\\u" + hexadecimal(value, digits: 4)
    default: "\\U" + hexadecimal(value, digits: 8)
    }
  }

  /// A number in hexadecimal digits with zeros in front.
  static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
  }
}

/// How Python writes a `float`.
enum PythonFloat {
  /// Python's `repr`: the shortest digits that read back equal, an exponent below 1e-4 and from
  /// 1e16 on.
  static func represented(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let sign = value.sign == .minus ? "-" : ""
    if value == 0 { return sign + "0.0" }
    let (digits, point) = decimal(value.magnitude)
    if point > 16 || point < -3 {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let exponent = point - 1
      let shown = String(exponent.magnitude)
      return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+")
        + (shown.count < 2 ? "0" : "") + shown
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if digits.count <= point {
      return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// The shortest digits of a positive number, and where the decimal point stands after them.
  private static func decimal(_ value: Double) -> (digits: String, point: Int) {
    let parts = value.description.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".")
    let whole = String(mantissa[0])
    let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
    let all = whole + fraction
    let leading = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leading))
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    return (digits, whole.count + exponent - leading)
  }
}

import Foundation

extension TemplateFilters {
  static let absolute: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    if let number = value.asInteger {
      return number < 0 ? try TemplateArithmetic.signed(value, isMinus: true) : .integer(number)
    }
    guard let number = value.asDouble else {
      throw TemplateError.type("`abs`", value, expected: "a number")
    }
    return .float(number.magnitude)
  }

  static let integer: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["default", "base"])
    let standard = values[0] ?? .integer(0)
    let base = try arguments.integer(values[1], "base") ?? 10
    if let number = value.asInteger { return .integer(number) }
    if let text = value.asText, let number = whole(text, base: base) { return .integer(number) }
    let number = value.asDouble ?? value.asText.flatMap(decimal)
    if let reason = undefinedReason(value) { throw TemplateError.undefined(reason) }
    guard let number, let whole = Int(exactly: number.rounded(.towardZero)) else {
      return standard
    }
    return .integer(whole)
  }

  static let float: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["default"])
    if let number = value.asDouble { return .float(number) }
    if let reason = undefinedReason(value) { throw TemplateError.undefined(reason) }
    if let number = value.asText.flatMap(decimal) { return .float(number) }
    return values[0] ?? .float(0)
  }

  static let round: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["precision", "method"])
    let precision = try arguments.integer(values[0], "precision") ?? 0
    let method = try arguments.text(values[1], "method")?.string ?? "common"
    guard let number = value.asDouble else {
      throw TemplateError.type("`round`", value, expected: "a number")
    }
    guard (-300...300).contains(precision) else {
      throw arguments.failure("precision \(precision)", ["between -300 and 300"])
    }
    let scale = pow(10.0, Double(precision))
    switch method {
    case "common":
      guard number.isFinite else { return .float(number) }
      if let whole = value.asInteger, precision >= 0 { return .integer(whole) }
      let rounded =
        precision >= 0
        ? Double(String(format: "%.\(precision)f", number)) ?? number
        : (number * scale).rounded(.toNearestOrEven) / scale
      if value.asInteger != nil { return .integer(Int(exactly: rounded) ?? 0) }
      return .float(rounded)
    case "ceil": return .float((number * scale).rounded(.up) / scale)
    case "floor": return .float((number * scale).rounded(.down) / scale)
    default: throw arguments.failure("method \(method)", ["common, ceil or floor"])
    }
  }

  private static func undefinedReason(_ value: TemplateValue) -> String? {
    if case .undefined(let reason) = value { reason } else { nil }
  }

  /// The whole number that a text spells, as Python's `int` reads it.
  private static func whole(_ text: TemplateText, base: Int) -> Int? {
    guard (2...36).contains(base), let digits = plain(text.stripped().string) else { return nil }
    let isNegative = digits.hasPrefix("-")
    var rest = digits
    if isNegative || digits.hasPrefix("+") { rest.removeFirst() }
    let prefix = [2: "0b", 8: "0o", 16: "0x"][base]
    if let prefix, rest.lowercased().hasPrefix(prefix) { rest.removeFirst(2) }
    guard let first = rest.first, first.isLetter || first.isNumber else { return nil }
    return Int((isNegative ? "-" : "") + rest, radix: base)
  }

  /// The number that a text spells, as Python's `float` reads it.
  private static func decimal(_ text: TemplateText) -> Double? {
    guard let digits = plain(text.stripped().string) else { return nil }
    let isNumber = digits.unicodeScalars.allSatisfy {
      "0123456789+-.eE".unicodeScalars.contains($0)
    }
    let words = ["inf", "infinity", "nan"]
    let bare = digits.lowercased().drop { $0 == "+" || $0 == "-" }
    guard isNumber || words.contains(String(bare)) else { return nil }
    return Double(digits)
  }

  /// Digits without the underscores that Python allows between them.
  private static func plain(_ digits: String) -> String? {
    guard !digits.hasPrefix("_"), !digits.hasSuffix("_"), !digits.contains("__") else {
      return nil
    }
    return digits.filter { $0 != "_" }
  }
}

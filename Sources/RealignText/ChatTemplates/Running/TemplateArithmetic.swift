import Foundation

/// The operators of Python on numbers, texts and lists.
enum TemplateArithmetic {
  /// `+value` and `-value`.
  static func signed(_ value: TemplateValue, isMinus: Bool) throws -> TemplateValue {
    if let number = value.asInteger {
      return .integer(try isMinus ? whole(Int(0).subtractingReportingOverflow(number)) : number)
    }
    if let number = value.asDouble { return .float(isMinus ? -number : number) }
    throw TemplateError.type("a sign", value, expected: "a number")
  }

  /// A binary operator.
  static func apply(
    _ operation: TemplateOperator,
    _ left: TemplateValue,
    _ right: TemplateValue,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    if case .text(let format) = left, operation == .remainder {
      return .text(try PercentFormat.apply(format, right, interpreter))
    }
    for case .undefined(let reason) in [left, right] { throw TemplateError.undefined(reason) }
    if let a = left.asInteger, let b = right.asInteger {
      return try applyWhole(operation, a, b)
    }
    if let a = left.asDouble, let b = right.asDouble { return try applyFloat(operation, a, b) }
    switch (operation, left, right) {
    case (.add, .text(let a), .text(let b)): return try join(a, b, interpreter)
    case (.add, .sequence(let a), .sequence(let b))
    where a.kind == b.kind && (a.kind == .list || a.kind == .tuple):
      try interpreter.charge(items: a.items.count + b.items.count)
      return .sequence(try TemplateSequence(a.kind, a.items + b.items))
    case (.multiply, _, _):
      if let count = right.asInteger { return try repeated(left, count, interpreter) }
      if let count = left.asInteger { return try repeated(right, count, interpreter) }
    default: break
    }
    throw TemplateError.make(
      "the template uses `\(operation.rawValue)` on values that it does not fit",
      found: "\(left.typeName) and \(right.typeName)",
      expected: "two numbers, two texts or two lists"
    )
  }

  /// Texts in a row; what `safe` has not marked is escaped when the other is marked.
  private static func join(
    _ left: TemplateText,
    _ right: TemplateText,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    try interpreter.admit(characters: Double(left.count + right.count))
    guard left.isMarkup != right.isMarkup else {
      return .text((left + right).markup(left.isMarkup))
    }
    let first = left.isMarkup ? left : left.escapedForHTML()
    let second = right.isMarkup ? right : right.escapedForHTML()
    return .text((first + second).markup(true))
  }

  /// A text or list so many times in a row.
  private static func repeated(
    _ value: TemplateValue,
    _ count: Int,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    let times = max(count, 0)
    switch value {
    case .text(let text):
      try interpreter.admit(characters: Double(text.count) * Double(times))
      let units = repeatElement(text.units, count: text.isEmpty ? 0 : times).joined()
      return .text(TemplateText(units: Array(units), isMarkup: text.isMarkup))
    case .sequence(let sequence) where sequence.kind == .list || sequence.kind == .tuple:
      let (total, overflow) = sequence.items.count.multipliedReportingOverflow(by: times)
      try interpreter.admit(items: overflow ? .max : total)
      let items = repeatElement(sequence.items, count: total == 0 ? 0 : times).joined()
      return .sequence(try TemplateSequence(sequence.kind, Array(items)))
    default:
      throw TemplateError.type(
        "`*`",
        value,
        expected: "two numbers, or a text or list and a number"
      )
    }
  }

  private static func whole(
    _ result: (partialValue: Int, overflow: Bool)
  ) throws -> Int {
    guard !result.overflow else {
      throw TemplateError.make("a number in the template grows too large", expected: "64 bits")
    }
    return result.partialValue
  }

  private static func applyWhole(
    _ operation: TemplateOperator,
    _ a: Int,
    _ b: Int
  ) throws -> TemplateValue {
    switch operation {
    case .add: return .integer(try whole(a.addingReportingOverflow(b)))
    case .subtract: return .integer(try whole(a.subtractingReportingOverflow(b)))
    case .multiply: return .integer(try whole(a.multipliedReportingOverflow(by: b)))
    case .divide: return try applyFloat(.divide, Double(a), Double(b))
    case .power: return try power(a, b)
    case .floorDivide, .remainder:
      guard b != 0 else { throw divisionByZero() }
      let quotient = try whole(a.dividedReportingOverflow(by: b))
      let remainder = a - quotient * b
      let isAbove = remainder != 0 && (remainder < 0) != (b < 0)
      if operation == .remainder { return .integer(isAbove ? remainder + b : remainder) }
      return .integer(isAbove ? quotient - 1 : quotient)
    }
  }

  private static func power(_ base: Int, _ exponent: Int) throws -> TemplateValue {
    guard exponent >= 0 else {
      guard base != 0 else { throw divisionByZero() }
      return .float(pow(Double(base), Double(exponent)))
    }
    if base.magnitude <= 1 {
      return .integer(exponent == 0 ? 1 : base < 0 && exponent % 2 == 0 ? 1 : base)
    }
    var result = 1
    for _ in 0..<min(exponent, 64) {
      result = try whole(result.multipliedReportingOverflow(by: base))
    }
    return .integer(result)
  }

  private static func applyFloat(
    _ operation: TemplateOperator,
    _ a: Double,
    _ b: Double
  ) throws -> TemplateValue {
    switch operation {
    case .add: return .float(a + b)
    case .subtract: return .float(a - b)
    case .multiply: return .float(a * b)
    case .power:
      if a == 0, b < 0 { throw divisionByZero() }
      let result = pow(a, b)
      guard result.isFinite || !a.isFinite || !b.isFinite else {
        throw TemplateError.make("a number in the template grows too large", expected: "a float")
      }
      return .float(result)
    case .divide:
      guard b != 0 else { throw divisionByZero() }
      return .float(a / b)
    case .floorDivide, .remainder:
      guard b != 0 else { throw divisionByZero() }
      var remainder = fmod(a, b)
      var quotient = (a - remainder) / b
      if remainder != 0, (remainder < 0) != (b < 0) {
        remainder += b
        quotient -= 1
      }
      if operation == .remainder { return .float(remainder == 0 ? (b < 0 ? -0.0 : 0) : remainder) }
      let whole = quotient.rounded(.down)
      let result = quotient - whole > 0.5 ? whole + 1 : whole
      return .float(result == 0 ? (a / b < 0 ? -0.0 : a / b * 0) : result)
    }
  }

  private static func divisionByZero() -> InputError {
    TemplateError.make("the template divides by zero")
  }
}

/// The tests after `is` that templates can use: all of Jinja's.
enum TemplateTests {
  /// Whether something holds for a value.
  typealias Test =
    @Sendable (TemplateValue, TemplateArguments, TemplateInterpreter) throws -> Bool

  /// Every test: a new one is a line here.
  static let all: [(name: String, holds: Test)] = [
    ("defined", simple { !$0.isUndefined }), ("undefined", simple { $0.isUndefined }),
    ("none", simple { $0.isNone }), ("boolean", simple { isBoolean($0) != nil }),
    ("true", simple { isBoolean($0) == true }), ("false", simple { isBoolean($0) == false }),
    ("integer", simple(isInteger)),
    ("float", simple(isFloat)),
    ("number", simple { $0.asDouble != nil }), ("string", simple { $0.asText != nil }),
    ("mapping", simple(isMapping)),
    ("sequence", simple(isSequence)), ("iterable", simple(isIterable)),
    ("callable", simple(isCallable)), ("escaped", simple { $0.asText?.isMarkup ?? false }),
    ("lower", reading { $0.isAll(upper: false) }), ("upper", reading { $0.isAll(upper: true) }),
    ("odd", hasRemainder(1)), ("even", hasRemainder(0)), ("divisibleby", divisible),
    ("sameas", same),
    ("filter", reading { TemplateFilters.filter($0.string) != nil }),
    ("test", reading { test($0.string) != nil }),
    ("in", compare(.contained)), ("==", compare(.equal)), ("eq", compare(.equal)),
    ("equalto", compare(.equal)), ("!=", compare(.notEqual)), ("ne", compare(.notEqual)),
    (">", compare(.greater)), ("gt", compare(.greater)), ("greaterthan", compare(.greater)),
    (">=", compare(.greaterOrEqual)), ("ge", compare(.greaterOrEqual)), ("<", compare(.less)),
    ("lt", compare(.less)), ("lessthan", compare(.less)), ("<=", compare(.lessOrEqual)),
    ("le", compare(.lessOrEqual)),
  ]

  private static let table = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0.holds) }
  )

  /// The test of a name.
  static func test(_ name: String) -> Test? { table[name] }

  /// A test without arguments.
  private static func simple(_ holds: @escaping @Sendable (TemplateValue) -> Bool) -> Test {
    { value, arguments, _ in
      _ = try arguments.bind([])
      return holds(value)
    }
  }

  /// A test without arguments of the text that a value prints.
  private static func reading(_ holds: @escaping @Sendable (TemplateText) -> Bool) -> Test {
    { value, arguments, interpreter in
      _ = try arguments.bind([])
      return holds(try interpreter.text(of: value))
    }
  }

  private static func isBoolean(_ value: TemplateValue) -> Bool? {
    if case .bool(let flag) = value { flag } else { nil }
  }

  private static func isInteger(_ value: TemplateValue) -> Bool {
    if case .integer = value { true } else { false }
  }

  private static func isFloat(_ value: TemplateValue) -> Bool {
    if case .float = value { true } else { false }
  }

  private static func isMapping(_ value: TemplateValue) -> Bool {
    if case .dictionary = value { true } else { false }
  }

  private static func isSequence(_ value: TemplateValue) -> Bool {
    switch value {
    case .text, .dictionary, .undefined: true
    case .sequence(let sequence): sequence.isIndexed
    default: false
    }
  }

  private static func isIterable(_ value: TemplateValue) -> Bool {
    switch value {
    case .text, .dictionary, .undefined, .sequence: true
    case .object(let object): object is TemplateGenerator || object is TemplateLoop
    default: false
    }
  }

  private static func isCallable(_ value: TemplateValue) -> Bool {
    switch value {
    case .undefined: true
    case .object(let object): object.isCallable
    default: false
    }
  }

  private static func compare(_ comparison: TemplateComparison) -> Test {
    { value, arguments, interpreter in
      let other = try arguments.bind(["other"], required: 1)[0] ?? .none
      try interpreter.chargeComparison(value, other, comparison)
      return try TemplateValue.compare(value, comparison, other)
    }
  }

  private static func remainder(
    _ value: TemplateValue,
    _ divisor: Int,
    _ arguments: TemplateArguments
  ) throws -> Double {
    guard let number = value.asDouble else {
      throw TemplateError.type("`is \(arguments.callee)`", value, expected: "a number")
    }
    guard divisor != 0 else { throw TemplateError.make("the template divides by zero") }
    if let whole = value.asInteger {
      let rest = whole.remainderReportingOverflow(dividingBy: divisor).partialValue
      return Double(rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest)
    }
    let rest = number.truncatingRemainder(dividingBy: Double(divisor))
    return rest != 0 && (rest < 0) != (divisor < 0) ? rest + Double(divisor) : rest
  }

  private static func hasRemainder(_ rest: Double) -> Test {
    { value, arguments, _ in try remainder(value, 2, arguments) == rest }
  }

  private static let divisible: Test = { value, arguments, _ in
    let values = try arguments.bind(["num"], required: 1)
    return try remainder(value, arguments.integer(values[0], "num") ?? 1, arguments) == 0
  }

  /// Python's `is`: the same object, which equal constants are.
  private static let same: Test = { value, arguments, interpreter in
    let other = try arguments.bind(["other"], required: 1)[0] ?? .none
    try interpreter.chargeComparison(value, other, .equal)
    return value.typeName == other.typeName && TemplateValue.areEqual(value, other)
  }
}

extension TemplateValue {
  /// Whether Python's `==` holds.
  static func areEqual(_ left: TemplateValue, _ right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.text(let a), .text(let b)): return a == b
    case (.sequence(let a), .sequence(let b)):
      return areKindsEqual(a.kind, b.kind) && a.items.count == b.items.count
        && zip(a.items, b.items).allSatisfy(areEqual)
    case (.dictionary(let a), .dictionary(let b)):
      return a.count == b.count
        && zip(a.keys, a.values).allSatisfy { key, value in
          guard let hashed = try? TemplateKey(key), let other = b[hashed] else { return false }
          return areEqual(value, other)
        }
    case (.object(let a), .object(let b)): return a === b
    default:
      if let a = left.asInteger, let b = right.asInteger { return a == b }
      if let a = left.asDouble, let b = right.asDouble { return a == b }
      return false
    }
  }

  private static func areKindsEqual(
    _ left: TemplateSequence.Kind,
    _ right: TemplateSequence.Kind
  ) -> Bool {
    switch (left, right) {
    case (.range, .range): true
    default: left == right
    }
  }

  /// Whether Python's `<` holds.
  ///
  /// - Throws: `InputError` for values without order.
  static func isLess(_ left: TemplateValue, _ right: TemplateValue) throws -> Bool {
    switch (left, right) {
    case (.text(let a), .text(let b)): return a < b
    case (.sequence(let a), .sequence(let b))
    where a.kind == b.kind && (a.kind == .list || a.kind == .tuple):
      for (one, other) in zip(a.items, b.items) where !areEqual(one, other) {
        return try isLess(one, other)
      }
      return a.items.count < b.items.count
    case (.undefined(let reason), _), (_, .undefined(let reason)):
      throw TemplateError.undefined(reason)
    default:
      if let a = left.asInteger, let b = right.asInteger { return a < b }
      if let a = left.asDouble, let b = right.asDouble { return a < b }
      throw TemplateError.make(
        "the template compares values without order",
        found: "\(left.typeName) and \(right.typeName)",
        expected: "two numbers, two texts or two lists"
      )
    }
  }

  /// The comparison of an operator or test: `==`, `!=`, `<`, `<=`, `>` or `>=`.
  static func compare(
    _ left: TemplateValue,
    _ comparison: TemplateComparison,
    _ right: TemplateValue
  ) throws -> Bool {
    switch comparison {
    case .equal: return areEqual(left, right)
    case .notEqual: return !areEqual(left, right)
    case .less: return try isLess(left, right)
    case .greater: return try isLess(right, left)
    case .lessOrEqual: return try isLessOrEqual(left, right)
    case .greaterOrEqual: return try isLessOrEqual(right, left)
    case .contained: return try isContained(left, in: right)
    case .notContained: return try !isContained(left, in: right)
    }
  }

  private static func isLessOrEqual(
    _ left: TemplateValue,
    _ right: TemplateValue
  ) throws -> Bool {
    if try isLess(left, right) { return true }
    if let a = left.asDouble, let b = right.asDouble, a.isNaN || b.isNaN { return false }
    return try !isLess(right, left)
  }

  /// Whether Python's `in` holds.
  static func isContained(_ item: TemplateValue, in whole: TemplateValue) throws -> Bool {
    switch whole {
    case .text(let text):
      guard case .text(let part) = item else {
        throw TemplateError.type("`in` a text", item, expected: "a text")
      }
      return text.contains(part)
    case .dictionary(let dictionary): return dictionary[try TemplateKey(item)] != nil
    case .sequence(let sequence): return sequence.items.contains { areEqual($0, item) }
    case .undefined: return false
    case .object(let object):
      if let items = try object.iterate() { return items.contains { areEqual($0, item) } }
      throw TemplateError.type("`in`", whole, expected: "a text, list or dictionary")
    default:
      throw TemplateError.type("`in`", whole, expected: "a text, list or dictionary")
    }
  }
}

/// A comparison between two values.
enum TemplateComparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}

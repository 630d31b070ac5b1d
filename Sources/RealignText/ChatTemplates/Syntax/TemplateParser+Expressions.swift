/// Expressions, from what binds loosest to what binds tightest.
extension TemplateParser {
  /// An expression, with `a if b else c` unless `allowsCondition` is false.
  mutating func parseExpression(
    allowsCondition: Bool = true
  ) throws -> TemplateExpression {
    try nested { parser in
      guard allowsCondition else { return try parser.parseEither() }
      let line = parser.current.line
      var result = try parser.parseEither()
      while parser.skip(name: "if") {
        let condition = try parser.parseEither()
        let otherwise = parser.skip(name: "else") ? try parser.parseExpression() : nil
        result = try parser.make(
          .conditional(result, if: condition, else: otherwise),
          line,
          over: [result, condition, otherwise]
        )
      }
      return result
    }
  }

  private mutating func parseEither() throws -> TemplateExpression {
    let line = current.line
    var left = try parseBoth()
    while skip(name: "or") {
      let right = try parseBoth()
      left = try make(.either(left, right), line, over: [left, right])
    }
    return left
  }

  private mutating func parseBoth() throws -> TemplateExpression {
    let line = current.line
    var left = try parseNegation()
    while skip(name: "and") {
      let right = try parseNegation()
      left = try make(.both(left, right), line, over: [left, right])
    }
    return left
  }

  private mutating func parseNegation() throws -> TemplateExpression {
    let line = current.line
    guard skip(name: "not") else { return try parseComparison() }
    let value = try nested { try $0.parseNegation() }
    return try make(.negated(value), line, over: [value])
  }

  private mutating func parseComparison() throws -> TemplateExpression {
    let line = current.line
    let left = try parseArithmetic(level: 0)
    var links: [TemplateExpression.Comparison] = []
    while let comparison = skipComparison() {
      links.append(.init(comparison: comparison, right: try parseArithmetic(level: 0)))
    }
    guard !links.isEmpty else { return left }
    return try make(.comparison(left, links), line, over: [left] + links.map(\.right))
  }

  private mutating func skipComparison() -> TemplateComparison? {
    if case .mark(let mark) = current.kind, let comparison = TemplateComparison(rawValue: mark) {
      position += 1
      return comparison
    }
    if skip(name: "in") { return .contained }
    guard current.isName("not"), following.isName("in") else { return nil }
    position += 2
    return .notContained
  }

  /// The operators, loosest first.
  private static let levels = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]]

  /// Operators of a level and tighter ones; all group to the left, as in Jinja.
  private mutating func parseArithmetic(level: Int) throws -> TemplateExpression {
    let line = current.line
    var left = try parseSigned()
    while case .mark(let mark) = current.kind,
      let found = Self.levels.firstIndex(where: { $0.contains(mark) }), found >= level
    {
      if mark == "~" {
        left = try parseConcatenation(left, line)
        continue
      }
      guard let operation = TemplateOperator(rawValue: mark) else { break }
      position += 1
      let right = try parseArithmetic(level: found + 1)
      left = try make(.arithmetic(left, operation, right), line, over: [left, right])
    }
    return left
  }

  private mutating func parseConcatenation(
    _ first: TemplateExpression,
    _ line: Int
  ) throws -> TemplateExpression {
    var parts = [first]
    while skip(mark: "~") { parts.append(try parseArithmetic(level: 2)) }
    return try make(.concatenation(parts), line, over: parts)
  }

  /// A value with a sign, its attributes, calls, filters and tests.
  private mutating func parseSigned(allowsFilters: Bool = true) throws -> TemplateExpression {
    let line = current.line
    let isMinus = current.isMark("-")
    var value: TemplateExpression
    if isMinus || current.isMark("+") {
      position += 1
      let operand = try nested { try $0.parseSigned(allowsFilters: false) }
      value = try make(.sign(operand, isMinus: isMinus), line, over: [operand])
    } else {
      value = try parsePrimary()
    }
    value = try parsePostfix(value)
    return allowsFilters ? try parseFilters(value) : value
  }

  /// A name, a constant, or something in brackets.
  mutating func parsePrimary() throws -> TemplateExpression {
    let token = current
    switch token.kind {
    case .name(let name):
      position += 1
      return try make(kind(ofName: name), token.line)
    case .text(let first):
      position += 1
      var text = first
      while case .text(let more) = current.kind {
        text.append(more)
        position += 1
      }
      return try make(.text(text), token.line)
    case .integer(let value):
      position += 1
      return try make(.integer(value), token.line)
    case .float(let value):
      position += 1
      return try make(.float(value), token.line)
    case .mark("("):
      position += 1
      let value = try parseTuple(isParenthesized: true)
      try expect(mark: ")")
      return value
    case .mark("["): return try parseList()
    case .mark("{"): return try parseDictionary()
    default: throw unexpected("an expression")
    }
  }

  private mutating func kind(ofName name: String) -> TemplateExpression.Kind {
    switch name {
    case "true", "True": return .bool(true)
    case "false", "False": return .bool(false)
    case "none", "None": return .none
    default:
      mentions[mentions.count - 1].insert(name)
      return .name(name)
    }
  }

  /// One expression, or several with commas, which make a tuple.
  mutating func parseTuple(
    isParenthesized: Bool = false,
    allowsCondition: Bool = true,
    endName: String? = nil
  ) throws -> TemplateExpression {
    let line = current.line
    var items: [TemplateExpression] = []
    var isTuple = false
    while !isTupleEnd(endName) {
      items.append(try parseExpression(allowsCondition: allowsCondition))
      guard skip(mark: ",") else { break }
      isTuple = true
    }
    if !isTuple, let only = items.first { return only }
    guard isTuple || isParenthesized else { throw unexpected("an expression") }
    return try make(.tuple(items), line, over: items)
  }

  private func isTupleEnd(_ endName: String?) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .mark(")"): true
    case .name(let name): name == endName
    default: false
    }
  }

  private mutating func parseList() throws -> TemplateExpression {
    let line = next().line
    var items: [TemplateExpression] = []
    while !current.isMark("]") {
      items.append(try parseExpression())
      guard skip(mark: ",") else { break }
    }
    try expect(mark: "]")
    return try make(.list(items), line, over: items)
  }

  private mutating func parseDictionary() throws -> TemplateExpression {
    let line = next().line
    var pairs: [TemplateExpression.Pair] = []
    while !current.isMark("}") {
      let key = try parseExpression()
      try expect(mark: ":")
      pairs.append(.init(key: key, value: try parseExpression()))
      guard skip(mark: ",") else { break }
    }
    try expect(mark: "}")
    return try make(.dictionary(pairs), line, over: pairs.flatMap { [$0.key, $0.value] })
  }
}

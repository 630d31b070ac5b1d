/// What follows a value: attributes, subscripts, calls, filters and tests.
extension TemplateParser {
  /// A value with the attributes, subscripts and calls after it.
  mutating func parsePostfix(_ first: TemplateExpression) throws -> TemplateExpression {
    var value = first
    while true {
      if current.isMark(".") {
        value = try parseAttribute(value)
      } else if current.isMark("[") {
        value = try parseSubscript(value)
      } else if current.isMark("(") {
        value = try parseCall(value)
      } else {
        return value
      }
    }
  }

  /// A value with the filters and tests after it.
  mutating func parseFilters(_ first: TemplateExpression) throws -> TemplateExpression {
    var value = first
    while true {
      if current.isMark("|") {
        position += 1
        value = try parseFilter(value)
      } else if current.isName("is") {
        value = try parseTest(value)
      } else if current.isMark("(") {
        value = try parseCall(value)
      } else {
        return value
      }
    }
  }

  private mutating func parseAttribute(
    _ value: TemplateExpression
  ) throws -> TemplateExpression {
    let line = next().line
    switch current.kind {
    case .name(let name):
      position += 1
      return try make(.attribute(value, name), line, over: [value])
    case .integer(let number):
      position += 1
      let index = try make(.integer(number), line)
      return try make(.item(value, index), line, over: [value, index])
    default: throw unexpected("a name or a number")
    }
  }

  private mutating func parseSubscript(
    _ value: TemplateExpression
  ) throws -> TemplateExpression {
    let line = next().line
    if current.isMark(":") { return try parseSlice(value, nil, line) }
    let first = try parseExpression()
    if current.isMark(":") { return try parseSlice(value, first, line) }
    var items = [first]
    while skip(mark: ",") {
      if current.isMark("]") { break }
      items.append(try parseExpression())
    }
    try expect(mark: "]")
    let index = items.count == 1 ? first : try make(.tuple(items), line, over: items)
    return try make(.item(value, index), line, over: [value, index])
  }

  private mutating func parseSlice(
    _ value: TemplateExpression,
    _ start: TemplateExpression?,
    _ line: Int
  ) throws -> TemplateExpression {
    var bounds = [start]
    while bounds.count < 3, skip(mark: ":") {
      let isEmpty = current.isMark(":") || current.isMark("]")
      bounds.append(isEmpty ? nil : try parseExpression())
    }
    try expect(mark: "]")
    return try make(.slice(value, bounds), line, over: [value] + bounds)
  }

  private mutating func parseCall(_ callee: TemplateExpression) throws -> TemplateExpression {
    let line = current.line
    let call = try parseArguments()
    return try make(.call(callee, call), line, over: [callee] + call.expressions)
  }

  /// The arguments of a call in their parentheses.
  mutating func parseArguments() throws -> TemplateCall {
    try expect(mark: "(")
    var call = TemplateCall()
    while !current.isMark(")") {
      try parseArgument(&call)
      guard skip(mark: ",") else { break }
    }
    try expect(mark: ")")
    return call
  }

  private mutating func parseArgument(_ call: inout TemplateCall) throws {
    if current.isMark("*"), call.spread == nil, call.namedSpread == nil {
      position += 1
      call.spread = try parseExpression()
    } else if current.isMark("**"), call.namedSpread == nil {
      position += 1
      call.namedSpread = try parseExpression()
    } else if case .name(let name) = current.kind, following.isMark("="),
      call.namedSpread == nil
    {
      position += 2
      call.named.append(.init(name: name, value: try parseExpression()))
    } else if call.spread == nil, call.namedSpread == nil, call.named.isEmpty {
      call.positional.append(try parseExpression())
    } else {
      throw unexpected("an argument with a name")
    }
  }

  /// A filter and those after it; `value` is nil for the filter of a block.
  mutating func parseFilter(_ value: TemplateExpression?) throws -> TemplateExpression {
    let line = current.line
    let name = try parseDottedName("a filter")
    let call = current.isMark("(") ? try parseArguments() : TemplateCall()
    return try make(.filter(value, name, call), line, over: [value] + call.expressions)
  }

  /// The filters of a block, each applied to what the one before gives.
  mutating func parseBlockFilters() throws -> TemplateExpression {
    var filter = try parseFilter(nil)
    while skip(mark: "|") { filter = try parseFilter(filter) }
    return filter
  }

  private mutating func parseDottedName(_ what: String) throws -> String {
    var name = try expectName(what)
    while skip(mark: ".") { name += "." + (try expectName(what)) }
    return name
  }

  private mutating func parseTest(_ value: TemplateExpression) throws -> TemplateExpression {
    let line = next().line
    let isNegated = skip(name: "not")
    let name = try parseDottedName("a test")
    var call = TemplateCall()
    if current.isMark("(") {
      call = try parseArguments()
    } else if startsTestArgument {
      if current.isName("is") { throw unexpected("`and` or `or` between tests") }
      call.positional = [try parsePostfix(try nested { try $0.parsePrimary() })]
    }
    let test = try make(.test(value, name, call), line, over: [value] + call.expressions)
    return isNegated ? try make(.negated(test), line, over: [test]) : test
  }

  private var startsTestArgument: Bool {
    switch current.kind {
    case .name(let name): name != "else" && name != "or" && name != "and"
    case .text, .integer, .float, .mark("["), .mark("{"): true
    default: false
    }
  }
}

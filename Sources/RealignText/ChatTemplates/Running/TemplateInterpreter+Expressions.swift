extension TemplateInterpreter {
  /// The value of an expression.
  func evaluate(
    _ expression: TemplateExpression,
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    try charge()
    switch expression.kind {
    case .none: return .none
    case .bool(let value): return .bool(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .float(value)
    case .text(let text): return .text(text)
    case .name(let name):
      try charge(scope.level)
      return scope.value(name) ?? TemplateGlobals.value(name)
        ?? .undefined("`\(name)` is undefined")
    default:
      line = expression.line
      return try deeper { try evaluateParts(expression, scope) }
    }
  }

  private func evaluateParts(
    _ expression: TemplateExpression,
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    switch expression.kind {
    case .list(let items): return try .list(items.map { try evaluate($0, scope) })
    case .tuple(let items): return try .tuple(items.map { try evaluate($0, scope) })
    case .dictionary(let pairs): return try evaluate(pairs, scope)
    case .attribute(let owner, let name):
      return try TemplateAttributes.attribute(name, of: evaluate(owner, scope))
    case .item(let owner, let index):
      let key = try evaluate(index, scope)
      try charge(key.extent.weight)
      return try TemplateAttributes.item(key, of: evaluate(owner, scope))
    case .slice(let owner, let bounds): return try evaluateSlice(owner, bounds, scope)
    case .call: return try evaluateCall(expression, scope, caller: nil)
    case .filter(let input, let name, let call):
      let value = try input.map { try evaluate($0, scope) } ?? .none
      return try apply(name, to: value, evaluate(call, name, scope))
    case .test(let input, let name, let call):
      let value = try evaluate(input, scope)
      return .bool(try test(name, value, evaluate(call, name, scope)))
    default: return try evaluateOperator(expression.kind, scope)
    }
  }

  private func evaluateOperator(
    _ kind: TemplateExpression.Kind,
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    switch kind {
    case .negated(let value): return .bool(try !evaluate(value, scope).isTrue)
    case .sign(let value, let isMinus):
      return try TemplateArithmetic.signed(evaluate(value, scope), isMinus: isMinus)
    case .arithmetic(let left, let operation, let right):
      let first = try evaluate(left, scope)
      return try TemplateArithmetic.apply(operation, first, evaluate(right, scope), self)
    case .concatenation(let parts): return try concatenate(parts, scope)
    case .comparison(let first, let links): return try compare(first, links, scope)
    case .both(let left, let right):
      let value = try evaluate(left, scope)
      return value.isTrue ? try evaluate(right, scope) : value
    case .either(let left, let right):
      let value = try evaluate(left, scope)
      return value.isTrue ? value : try evaluate(right, scope)
    case .conditional(let value, let condition, let otherwise):
      if try evaluate(condition, scope).isTrue { return try evaluate(value, scope) }
      return try otherwise.map { try evaluate($0, scope) }
        ?? .undefined("an `if` without `else` in an expression was false")
    default: return .none
    }
  }

  private func evaluate(
    _ pairs: [TemplateExpression.Pair],
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    var dictionary = TemplateDictionary()
    for pair in pairs {
      let key = try evaluate(pair.key, scope)
      try charge(key.extent.weight)
      try dictionary.set(key, evaluate(pair.value, scope))
    }
    return .dictionary(dictionary)
  }

  private func evaluateSlice(
    _ owner: TemplateExpression,
    _ bounds: [TemplateExpression?],
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    let whole = try evaluate(owner, scope)
    let values = try bounds.map { try $0.map { try evaluate($0, scope) } }
    let result = try TemplateAttributes.slice(whole, values)
    if case .text = result { try charge(result.count) } else { try charge(items: result.count) }
    return result
  }

  private func concatenate(
    _ parts: [TemplateExpression],
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    var result = TemplateText()
    for part in parts {
      let text = try text(of: evaluate(part, scope))
      try admit(characters: Double(result.count + text.count), added: text.count)
      result.append(text)
    }
    return .text(result)
  }

  private func compare(
    _ first: TemplateExpression,
    _ links: [TemplateExpression.Comparison],
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    var left = try evaluate(first, scope)
    for link in links {
      let right = try evaluate(link.right, scope)
      try chargeComparison(left, right, link.comparison)
      guard try TemplateValue.compare(left, link.comparison, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  /// Counts what comparing values costs.
  func chargeComparison(
    _ left: TemplateValue,
    _ right: TemplateValue,
    _ comparison: TemplateComparison
  ) throws {
    switch comparison {
    case .contained, .notContained:
      if case .dictionary = right { return try charge(left.extent.weight) }
      if case .text = right { return try charge(left.count + right.count) }
      let (each, overflow) = left.extent.weight.multipliedReportingOverflow(by: right.count)
      try charge(right.count + min(overflow ? .max : each, right.extent.weight))
    default:
      // Keys of dictionaries are looked up, whatever the other side is.
      let isShort = left.asText != nil || right.asText != nil
      let (a, b) = (left.extent.weight, right.extent.weight)
      try charge(isShort ? min(a, b) : a + b)
    }
  }

  // MARK: Calls

  /// The value of a call, with the body of a `{% call %}` around it if there is one.
  func evaluateCall(
    _ expression: TemplateExpression,
    _ scope: TemplateScope,
    caller: TemplateValue?
  ) throws -> TemplateValue {
    guard case .call(let callee, let call) = expression.kind else { return .none }
    let function = try evaluate(callee, scope)
    var arguments = try evaluate(call, callee.calleeName, scope)
    if let caller { arguments.named.append(.init(name: "caller", value: caller)) }
    line = expression.line
    switch function {
    case .object(let object): return try object.call(arguments, self)
    default:
      throw TemplateError.type(
        "a call of `\(callee.calleeName)`",
        function,
        expected: "a macro, a method or a function"
      )
    }
  }

  private func evaluate(
    _ call: TemplateCall,
    _ callee: String,
    _ scope: TemplateScope
  ) throws -> TemplateArguments {
    var arguments = TemplateArguments(callee: callee)
    arguments.positional = try call.positional.map { try evaluate($0, scope) }
    arguments.named = try call.named.map {
      .init(name: $0.name, value: try evaluate($0.value, scope))
    }
    if let spread = call.spread {
      let items = try iterate(evaluate(spread, scope))
      try admit(items: items.count)
      arguments.positional += items
    }
    if let spread = call.namedSpread { try addNamed(evaluate(spread, scope), &arguments) }
    return arguments
  }

  private func addNamed(
    _ value: TemplateValue,
    _ arguments: inout TemplateArguments
  ) throws {
    guard case .dictionary(let dictionary) = value else {
      throw TemplateError.type("`**` in a call", value, expected: "a dictionary")
    }
    try admit(items: dictionary.count)
    for (key, value) in zip(dictionary.keys, dictionary.values) {
      guard let name = key.asText?.string else {
        throw TemplateError.type("a name for `**`", key, expected: "a text")
      }
      arguments.named.append(.init(name: name, value: value))
    }
  }

  // MARK: Filters and tests

  /// What a filter of the list makes of a value.
  func apply(
    _ name: String,
    to value: TemplateValue,
    _ arguments: TemplateArguments
  ) throws -> TemplateValue {
    guard let filter = TemplateFilters.filter(name) else {
      throw TemplateError.make(
        "the template uses an unknown filter",
        found: "`\(name)`",
        expected: TemplateFilters.all.map(\.name).joined(separator: ", ")
      )
    }
    try charge(value.count)
    try charge(arguments)
    return try deeper { try filter(value, arguments, self) }
  }

  /// Whether a test of the list holds for a value.
  func test(
    _ name: String,
    _ value: TemplateValue,
    _ arguments: TemplateArguments
  ) throws -> Bool {
    guard let test = TemplateTests.test(name) else {
      throw TemplateError.make(
        "the template uses an unknown test",
        found: "`\(name)`",
        expected: TemplateTests.all.map(\.name).joined(separator: ", ")
      )
    }
    return try test(value, arguments, self)
  }

  /// What the filters of a block make of its text.
  func applyBlockFilter(
    _ expression: TemplateExpression,
    _ input: TemplateValue,
    _ scope: TemplateScope
  ) throws -> TemplateValue {
    guard case .filter(let inner, let name, let call) = expression.kind else { return input }
    line = expression.line
    let value = try inner.map { try applyBlockFilter($0, input, scope) } ?? input
    return try apply(name, to: value, evaluate(call, name, scope))
  }
}

extension TemplateExpression {
  /// What is called, for error messages.
  fileprivate var calleeName: String {
    switch kind {
    case .name(let name): name
    case .attribute(_, let name): name
    default: "an expression"
    }
  }
}

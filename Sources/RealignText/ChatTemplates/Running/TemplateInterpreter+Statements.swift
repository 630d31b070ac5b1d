extension TemplateInterpreter {
  /// How a body ended.
  enum Flow { case normal, breaks, continues }

  /// Runs a body.
  func execute(_ body: [TemplateStatement], _ scope: TemplateScope) throws -> Flow {
    for statement in body {
      let flow = try execute(statement, scope)
      if flow != .normal { return flow }
    }
    return .normal
  }

  private func execute(_ statement: TemplateStatement, _ scope: TemplateScope) throws -> Flow {
    try charge()
    line = statement.line
    switch statement.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(text(of: evaluate(expression, scope)))
    case .set(let target, let expression):
      try assign(evaluate(expression, scope), to: target, scope)
    case .macro(let definition):
      // Its scope is kept to the end, which costs memory.
      try charge(items: 25)
      scope.set(definition.name, .object(TemplateMacro(definition, scope)))
      keepMacroScope(scope)
    case .breakLoop: return .breaks
    case .continueLoop: return .continues
    default: return try deeper { try executeBlock(statement.kind, scope) }
    }
    return .normal
  }

  private func executeBlock(
    _ kind: TemplateStatement.Kind,
    _ scope: TemplateScope
  ) throws -> Flow {
    switch kind {
    case .condition(let branches, let otherwise):
      return try execute(branches, otherwise, scope)
    case .loop(let definition):
      let items = try iterate(evaluate(definition.items, scope))
      return try run(definition, items, scope, level: 0)
    case .setBlock(let target, let filter, let body):
      return try executeCapture(body, filter, scope) { try self.assign($0, to: target, scope) }
    case .filterBlock(let filter, let body):
      return try executeCapture(body, filter, scope) { try self.write(self.text(of: $0)) }
    case .callBlock(let call, let caller):
      let value = TemplateMacro(caller, scope)
      try write(text(of: evaluateCall(call, scope, caller: .object(value))))
    case .scoped(let bindings, let body): return try executeScoped(bindings, body, scope)
    case .generation(let body):
      let start = output.count
      let flow = try execute(body, TemplateScope(in: scope))
      for position in start..<output.count { output[position] = output[position].generated }
      return flow
    default: break
    }
    return .normal
  }

  private func execute(
    _ branches: [TemplateStatement.Branch],
    _ otherwise: [TemplateStatement],
    _ scope: TemplateScope
  ) throws -> Flow {
    for branch in branches where try evaluate(branch.condition, scope).isTrue {
      return try execute(branch.body, scope)
    }
    return try execute(otherwise, scope)
  }

  private func executeCapture(
    _ body: [TemplateStatement],
    _ filter: TemplateExpression?,
    _ scope: TemplateScope,
    _ use: (TemplateValue) throws -> Void
  ) throws -> Flow {
    let inner = TemplateScope(in: scope)
    var flow = Flow.normal
    let text = try capture { flow = try execute(body, inner) }
    guard flow == .normal else { return flow }
    try use(filter.map { try applyBlockFilter($0, .text(text), inner) } ?? .text(text))
    return .normal
  }

  private func executeScoped(
    _ bindings: [TemplateStatement.Binding],
    _ body: [TemplateStatement],
    _ scope: TemplateScope
  ) throws -> Flow {
    let inner = TemplateScope(in: scope)
    for binding in bindings {
      try assign(evaluate(binding.value, scope), to: binding.target, inner)
    }
    return try execute(body, inner)
  }

  /// Runs the body of a loop for each item that its condition admits.
  func run(
    _ definition: TemplateLoopDefinition,
    _ all: [TemplateValue],
    _ scope: TemplateScope,
    level: Int
  ) throws -> Flow {
    let items = try definition.condition.map { try admitted(all, $0, definition, scope) } ?? all
    guard !items.isEmpty else {
      return try execute(definition.otherwise, TemplateScope(in: scope))
    }
    let loop = TemplateLoop(definition, items, scope, level: level)
    for (position, item) in items.enumerated() {
      try charge()
      let inner = TemplateScope(in: scope)
      loop.index0 = position
      inner.set("loop", .object(loop))
      try assign(item, to: definition.target, inner)
      if try execute(definition.body, inner) == .breaks { break }
    }
    return .normal
  }

  private func admitted(
    _ items: [TemplateValue],
    _ condition: TemplateExpression,
    _ definition: TemplateLoopDefinition,
    _ scope: TemplateScope
  ) throws -> [TemplateValue] {
    try items.filter { item in
      let inner = TemplateScope(in: scope)
      try assign(item, to: definition.target, inner)
      return try evaluate(condition, inner).isTrue
    }
  }

  /// Sets a name, an attribute of a namespace, or several from the items of a value.
  func assign(
    _ value: TemplateValue,
    to target: TemplateTarget,
    _ scope: TemplateScope
  ) throws {
    switch target {
    case .name(let name): scope.set(name, value)
    case .tuple(let targets):
      let items = try iterate(value)
      guard items.count == targets.count else {
        throw TemplateError.make(
          "the template takes a value apart into the wrong number of names",
          found: "\(items.count) items",
          expected: "\(targets.count)"
        )
      }
      for (item, target) in zip(items, targets) { try assign(item, to: target, scope) }
    case .attribute(let name, let attribute):
      guard case .object(let object) = scope.value(name),
        let namespace = object as? TemplateNamespace
      else {
        throw TemplateError.make(
          "the template sets an attribute of what is no namespace",
          found: "`\(name)`",
          expected: "a variable that `namespace()` made"
        )
      }
      try namespace.set(TemplateText(attribute), to: value)
    }
  }

  /// What `{{ value }}` prints.
  func text(of value: TemplateValue) throws -> TemplateText {
    if let text = value.asText {
      try charge(text.count)
      return text
    }
    let text = value.printed(limit: limits.characters)
    try admit(characters: Double(text.count))
    return text
  }

  /// The items of a value in a loop.
  func iterate(_ value: TemplateValue) throws -> [TemplateValue] {
    switch value {
    case .sequence(let sequence):
      try charge(items: sequence.items.count)
      return sequence.items
    case .dictionary(let dictionary):
      try charge(items: dictionary.count)
      return dictionary.keys
    case .undefined: return []
    case .text(let text):
      try charge(items: text.count)
      return text.units.map { .text(TemplateText(units: [$0])) }
    case .object(let object):
      if let items = try object.iterate() {
        try charge(items: items.count)
        return items
      }
      throw TemplateError.type("a loop", value, expected: "a list, dictionary or text")
    default: throw TemplateError.type("a loop", value, expected: "a list, dictionary or text")
    }
  }
}

/// A macro, or the body of a `{% call %}`, with the variables around its definition.
final class TemplateMacro: TemplateObject {
  private let definition: TemplateMacroDefinition
  private let scope: TemplateScope

  init(_ definition: TemplateMacroDefinition, _ scope: TemplateScope) {
    self.definition = definition
    self.scope = scope
  }

  var typeName: String { "Macro" }
  var printed: String { "<Macro '\(definition.name)'>" }
  var depth: Int { TemplateExtent.maximumDepth / 2 }
  var isCallable: Bool { true }

  func attribute(_ name: String) -> TemplateValue? {
    name == "name" ? .string(definition.name) : nil
  }

  /// The text that the body writes.
  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    let inner = TemplateScope(in: scope)
    try bind(arguments, inner, interpreter)
    let line = interpreter.line
    defer { interpreter.line = line }
    return .text(
      try interpreter.capture {
        _ = try interpreter.deeper { try interpreter.execute(definition.body, inner) }
      }
    )
  }

  private func bind(
    _ arguments: TemplateArguments,
    _ inner: TemplateScope,
    _ interpreter: TemplateInterpreter
  ) throws {
    var named = arguments.named
    for (position, parameter) in definition.parameters.enumerated() {
      try interpreter.charge(4 * named.count)
      if position < arguments.positional.count {
        inner.set(parameter.name, arguments.positional[position])
      } else if let found = named.firstIndex(where: { $0.name == parameter.name }) {
        inner.set(parameter.name, named.remove(at: found).value)
      } else if let standard = parameter.standard {
        inner.set(parameter.name, try interpreter.evaluate(standard, inner))
      } else {
        inner.set(
          parameter.name,
          .undefined("the parameter `\(parameter.name)` of `\(definition.name)` was not given")
        )
      }
    }
    try bindRest(arguments.positional.dropFirst(definition.parameters.count), &named, inner)
  }

  /// Binds `caller`, `varargs` and `kwargs`, which exist where the body mentions them.
  private func bindRest(
    _ extra: ArraySlice<TemplateValue>,
    _ named: inout [TemplateArguments.Named],
    _ inner: TemplateScope
  ) throws {
    let names = definition.mentionedNames
    let declaresCaller = definition.parameters.contains { $0.name == "caller" }
    if names.contains("caller"), !declaresCaller {
      let found = named.firstIndex { $0.name == "caller" }
      inner.set("caller", found.map { named.remove(at: $0).value } ?? .undefined("no caller"))
    }
    if names.contains("kwargs") {
      let pairs = named.map { (TemplateValue.string($0.name), $0.value) }
      inner.set("kwargs", .dictionary(try TemplateDictionary(pairs)))
    } else if let first = named.first {
      throw wrongCall("an argument `\(first.name)`")
    }
    if names.contains("varargs") {
      inner.set("varargs", try .tuple(Array(extra)))
    } else if !extra.isEmpty {
      throw wrongCall("\(definition.parameters.count + extra.count) arguments")
    }
  }

  private func wrongCall(_ found: String) -> InputError {
    let names = definition.parameters.map(\.name).joined(separator: ", ")
    return TemplateError.make(
      "the macro `\(definition.name)` is called with wrong arguments",
      found: found,
      expected: names.isEmpty ? "none" : names
    )
  }
}

/// A value with behaviour of its own: a namespace, a macro, a loop, a method.
protocol TemplateObject: AnyObject {
  /// The name of the type in Python.
  var typeName: String { get }
  /// How Python prints it.
  var printed: String { get }
  /// The nesting of the values that it holds.
  var depth: Int { get }
  /// Whether Python counts it as true.
  var isTrue: Bool { get }
  /// Whether it can be called.
  var isCallable: Bool { get }

  /// The attribute of a name.
  func attribute(_ name: String) throws -> TemplateValue?

  /// The items, if it can be iterated over.
  func iterate() throws -> [TemplateValue]?

  /// What a call gives.
  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue
}

extension TemplateObject {
  var printed: String { "<\(typeName)>" }
  var depth: Int { 0 }
  var isTrue: Bool { true }
  var isCallable: Bool { false }

  func attribute(_ name: String) throws -> TemplateValue? { nil }

  func iterate() throws -> [TemplateValue]? { nil }

  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    throw TemplateError.make(
      "the template calls what is no function",
      found: typeName,
      expected: "a macro, a method or a function"
    )
  }
}

/// What `namespace()` makes: attributes that `{% set name.attribute = … %}` can change.
final class TemplateNamespace: TemplateObject {
  private var values: TemplateDictionary
  let depth: Int

  init(_ values: TemplateDictionary) throws {
    for key in values.keys { try Self.check(key) }
    self.values = values
    depth = try TemplateExtent(over: [.dictionary(values)]).depth
  }

  var typeName: String { "Namespace" }
  var printed: String { "<Namespace>" }

  func attribute(_ name: String) -> TemplateValue? { values[name] }

  /// Sets an attribute.
  ///
  /// Objects are refused, so that no namespace can come to hold itself or an endless chain.
  func set(_ name: TemplateText, to value: TemplateValue) throws {
    try Self.check(.text(name))
    guard !value.extent.holdsObject else {
      throw TemplateError.make(
        "a namespace can hold values only",
        found: value.typeName,
        expected: "texts, numbers, lists and dictionaries"
      )
    }
    try values.set(.text(name), value)
  }

  private static func check(_ key: TemplateValue) throws {
    guard let name = key.asText, name.units.first?.scalar == "_" else { return }
    throw TemplateError.make(
      "a namespace cannot hold a name that begins with an underscore",
      found: name.string,
      expected: "another name"
    )
  }
}

/// Values that can be gone through once.
final class TemplateGenerator: TemplateObject {
  private var items: [TemplateValue]
  let depth: Int

  init(_ sequence: TemplateSequence) {
    items = sequence.items
    depth = sequence.extent.depth
  }

  var typeName: String { "generator" }
  var printed: String { "<generator object>" }

  func iterate() -> [TemplateValue]? {
    defer { items = [] }
    return items
  }
}

/// A method of a value, not yet called.
final class TemplateMethod: TemplateObject {
  let receiver: TemplateValue
  let name: String

  init(_ receiver: TemplateValue, _ name: String) {
    self.receiver = receiver
    self.name = name
  }

  var typeName: String { "builtin_function_or_method" }
  var printed: String { "<built-in method \(name) of \(receiver.typeName) object>" }
  var depth: Int { receiver.extent.depth + 1 }
  var isCallable: Bool { true }

  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    try TemplateMethods.call(self, arguments, interpreter)
  }
}

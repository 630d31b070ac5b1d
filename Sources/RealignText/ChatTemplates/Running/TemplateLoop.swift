/// The variable `loop` inside `{% for %}`.
final class TemplateLoop: TemplateObject {
  private let definition: TemplateLoopDefinition
  private let items: [TemplateValue]
  private let scope: TemplateScope
  private let level: Int
  /// The position of the current item.
  var index0 = 0
  private var lastChanged: TemplateValue?

  init(
    _ definition: TemplateLoopDefinition,
    _ items: [TemplateValue],
    _ scope: TemplateScope,
    level: Int
  ) {
    self.definition = definition
    self.items = items
    self.scope = scope
    self.level = level
  }

  var typeName: String { "LoopContext" }
  var printed: String { "<LoopContext \(index0 + 1)/\(items.count)>" }
  var depth: Int { TemplateExtent.maximumDepth / 2 }
  var isCallable: Bool { true }

  func attribute(_ name: String) -> TemplateValue? {
    switch name {
    case "index": .integer(index0 + 1)
    case "index0": .integer(index0)
    case "revindex": .integer(items.count - index0)
    case "revindex0": .integer(items.count - index0 - 1)
    case "first": .bool(index0 == 0)
    case "last": .bool(index0 == items.count - 1)
    case "length": .integer(items.count)
    case "depth": .integer(level + 1)
    case "depth0": .integer(level)
    case "previtem":
      index0 > 0 ? items[index0 - 1] : .undefined("there is no previous item")
    case "nextitem":
      index0 + 1 < items.count ? items[index0 + 1] : .undefined("there is no next item")
    case "cycle", "changed": .object(TemplateMethod(.object(self), name))
    default: nil
    }
  }

  /// One of the values in turn.
  func cycle(_ values: [TemplateValue]) throws -> TemplateValue {
    guard !values.isEmpty else {
      throw TemplateError.make("`loop.cycle` has nothing to cycle through")
    }
    return values[index0 % values.count]
  }

  /// Whether the values differ from those of the call before.
  func changed(_ values: [TemplateValue]) throws -> TemplateValue {
    let now = try TemplateValue.tuple(values)
    defer { lastChanged = now }
    return .bool(lastChanged.map { !TemplateValue.areEqual($0, now) } ?? true)
  }

  /// The body of a recursive loop over other items.
  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    guard definition.isRecursive else {
      throw TemplateError.make("`loop` is called without `recursive` in its `for`")
    }
    let values = try arguments.bind(["iterable"], required: 1)
    let items = try interpreter.iterate(values[0] ?? .none)
    return .text(
      try interpreter.capture {
        _ = try interpreter.deeper {
          try interpreter.run(definition, items, scope, level: level + 1)
        }
      }
    )
  }
}

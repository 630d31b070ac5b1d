/// The functions that are there without being given.
enum TemplateGlobals {
  /// What a function makes of its arguments.
  typealias Function =
    @Sendable (TemplateArguments, TemplateInterpreter) throws -> TemplateValue

  /// Every function: a new one is a line here.
  static let all: [(name: String, apply: Function)] = [
    ("raise_exception", raise), ("strftime_now", now), ("namespace", namespace),
    ("range", range), ("dict", dictionary), ("cycler", cycler), ("joiner", joiner),
  ]

  private static let table = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0.apply) }
  )

  /// The function of a name.
  static func value(_ name: String) -> TemplateValue? {
    table[name].map { .object(TemplateFunction(name, $0)) }
  }

  private static let raise: Function = { arguments, interpreter in
    let values = try arguments.bind(["message"], required: 1)
    throw TemplateError.make(
      "the chat template refuses the conversation: "
        + (try interpreter.text(of: values[0] ?? .none)).string
    )
  }

  private static let now: Function = { arguments, interpreter in
    let values = try arguments.bind(["format"], required: 1)
    let format = try arguments.text(values[0], "format") ?? TemplateText()
    try interpreter.charge(format.count)
    guard let date = interpreter.date else {
      throw TemplateError.make(
        "the chat template asks for the date, and none was given",
        hint: "give the date, or a template that does not print it"
      )
    }
    let text = try date.formatted(format.string)
    try interpreter.admit(characters: Double(text.unicodeScalars.count))
    return .string(text)
  }

  private static let dictionary: Function = { arguments, interpreter in
    .dictionary(try pairs(arguments, interpreter))
  }

  private static let namespace: Function = { arguments, interpreter in
    .object(try TemplateNamespace(pairs(arguments, interpreter)))
  }

  /// The keys and values that Python's `dict` makes of its arguments.
  private static func pairs(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateDictionary {
    var result = TemplateDictionary()
    guard arguments.positional.count <= 1 else {
      throw arguments.failure("\(arguments.positional.count) arguments", ["a dictionary"])
    }
    if let first = arguments.positional.first {
      try interpreter.charge(items: 4 * first.count)
      if case .dictionary(let given) = first {
        result = given
      } else {
        for item in try interpreter.iterate(first) {
          let pair = try interpreter.iterate(item)
          guard pair.count == 2 else {
            throw arguments.failure("an item of \(pair.count)", ["pairs of key and value"])
          }
          try interpreter.charge(pair[0].extent.weight)
          try result.set(pair[0], pair[1])
        }
      }
    }
    for argument in arguments.named { try result.set(.string(argument.name), argument.value) }
    return result
  }

  private static let range: Function = { arguments, interpreter in
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw arguments.failure("other arguments", ["stop", "or start, stop and step"])
    }
    let numbers = try arguments.positional.map { try arguments.integer($0, "stop") ?? 0 }
    let start = numbers.count > 1 ? numbers[0] : 0
    let stop = numbers.count > 1 ? numbers[1] : numbers[0]
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0 else { throw arguments.failure("the step 0", ["another step"]) }
    let isEmpty = step > 0 ? start >= stop : start <= stop
    let span = UInt(bitPattern: step > 0 ? stop &- start : start &- stop)
    let count = isEmpty ? 0 : Int(clamping: (span - 1) / step.magnitude + 1)
    try interpreter.admit(items: count)
    // Only differences can wrap: the items lie between start and stop.
    let items = (0..<count).map { TemplateValue.integer(start &+ $0 &* step) }
    let shown = [start, stop] + (step == 1 ? [] : [step])
    let printed = "range(" + shown.map(String.init).joined(separator: ", ") + ")"
    return .sequence(try TemplateSequence(.range(printed), items))
  }

  private static let cycler: Function = { arguments, _ in
    guard !arguments.positional.isEmpty else {
      throw arguments.failure("no arguments", ["at least one item"])
    }
    return .object(TemplateCycler(try TemplateSequence(.tuple, arguments.positional)))
  }

  private static let joiner: Function = { arguments, _ in
    let values = try arguments.bind(["sep"])
    return .object(TemplateJoiner(try arguments.text(values[0], "sep") ?? TemplateText(", ")))
  }
}

/// A function of the list.
final class TemplateFunction: TemplateObject {
  private let name: String
  private let apply: TemplateGlobals.Function

  init(_ name: String, _ apply: @escaping TemplateGlobals.Function) {
    self.name = name
    self.apply = apply
  }

  var typeName: String { "function" }
  var printed: String { "<function \(name)>" }
  var isCallable: Bool { true }

  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    try apply(arguments, interpreter)
  }
}

/// Gives its items in turn, without end.
final class TemplateCycler: TemplateObject {
  private let items: TemplateSequence
  private var position = 0

  init(_ items: TemplateSequence) { self.items = items }

  var typeName: String { "Cycler" }
  var depth: Int { items.extent.depth }

  func attribute(_ name: String) -> TemplateValue? {
    switch name {
    case "current": items.items[position]
    case "next", "reset": .object(TemplateMethod(.object(self), name))
    default: nil
    }
  }

  /// The method `next` or `reset`.
  func call(_ name: String) -> TemplateValue {
    guard name == "next" else {
      position = 0
      return .none
    }
    defer { position = (position + 1) % items.items.count }
    return items.items[position]
  }
}

/// Gives nothing the first time and a separator after that.
final class TemplateJoiner: TemplateObject {
  private let separator: TemplateText
  private var isUsed = false

  init(_ separator: TemplateText) { self.separator = separator }

  var typeName: String { "Joiner" }
  var isCallable: Bool { true }

  func call(
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) -> TemplateValue {
    defer { isUsed = true }
    return .text(isUsed ? separator : TemplateText())
  }
}

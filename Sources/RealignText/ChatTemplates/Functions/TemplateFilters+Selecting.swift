extension TemplateFilters {
  static let map: Filter = { value, arguments, interpreter in
    guard value.isTrue else { return try .generator([]) }
    let items = try interpreter.iterate(value)
    if arguments.positional.isEmpty {
      let values = try arguments.bind(["attribute", "default"], required: 1)
      let path = Path(values[0], interpreter)
      let standard = values[1]?.isNone == true ? nil : values[1]
      return try .generator(items.map { try path.value(of: $0, standard: standard) })
    }
    var inner = arguments
    guard let name = inner.positional.removeFirst().asText?.string else {
      throw arguments.failure("no name of a filter", ["a filter"])
    }
    return try .generator(items.map { try interpreter.apply(name, to: $0, inner) })
  }

  static let select: Filter = { value, arguments, interpreter in
    try chosen(value, arguments, interpreter, byAttribute: false, isKept: true)
  }

  static let reject: Filter = { value, arguments, interpreter in
    try chosen(value, arguments, interpreter, byAttribute: false, isKept: false)
  }

  static let selectAttribute: Filter = { value, arguments, interpreter in
    try chosen(value, arguments, interpreter, byAttribute: true, isKept: true)
  }

  static let rejectAttribute: Filter = { value, arguments, interpreter in
    try chosen(value, arguments, interpreter, byAttribute: true, isKept: false)
  }

  /// The items for which a test, or without one their truth, is as asked.
  private static func chosen(
    _ value: TemplateValue,
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter,
    byAttribute: Bool,
    isKept: Bool
  ) throws -> TemplateValue {
    guard value.isTrue else { return try .generator([]) }
    var inner = arguments
    var path = Path(nil, interpreter)
    if byAttribute {
      guard !inner.positional.isEmpty else {
        throw arguments.failure("no name of an attribute", ["an attribute", "a test"])
      }
      path = Path(inner.positional.removeFirst(), interpreter)
    }
    let test = inner.positional.isEmpty ? nil : inner.positional.removeFirst()
    let kept = try interpreter.iterate(value).filter { item in
      try interpreter.charge()
      let found = try path.value(of: item)
      guard let test else { return found.isTrue == isKept }
      guard let name = test.asText?.string else {
        throw arguments.failure("no name of a test", ["a test"])
      }
      return try interpreter.test(name, found, inner) == isKept
    }
    return try .generator(kept)
  }

  static let attribute: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["name"], required: 1)
    guard let name = try arguments.text(values[0], "name")?.string else { return .none }
    if case .dictionary = value, !TemplateMethods.has(name, value) {
      return .undefined("a dict has no attribute `\(name)`")
    }
    return try TemplateAttributes.attribute(name, of: value)
  }

  static let standard: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["default_value", "boolean"])
    let isReplaced = value.isUndefined || (values[1]?.isTrue == true && !value.isTrue)
    return isReplaced ? values[0] ?? .text(TemplateText()) : value
  }
}

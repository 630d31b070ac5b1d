extension TemplateMethods {
  static let startsWith: TextMethod = { text, arguments, interpreter in
    .bool(try hasEnd(text, arguments, "prefix", interpreter) { $0.hasPrefix($1) })
  }

  static let endsWith: TextMethod = { text, arguments, interpreter in
    .bool(try hasEnd(text, arguments, "suffix", interpreter) { $0.hasSuffix($1) })
  }

  private static func hasEnd(
    _ text: TemplateText,
    _ arguments: TemplateArguments,
    _ name: String,
    _ interpreter: TemplateInterpreter,
    _ holds: (TemplateText, TemplateText) -> Bool
  ) throws -> Bool {
    let values = try arguments.bind([name, "start", "end"], required: 1)
    let part = try window(text, values[1], values[2], arguments).text
    if case .sequence(let sequence) = values[0], sequence.kind == .tuple {
      try interpreter.charge(sequence.extent.weight)
      return try sequence.items.contains { item in
        try arguments.text(item, name).map { holds(part, $0) } ?? false
      }
    }
    return try arguments.text(values[0], name).map { holds(part, $0) } ?? false
  }

  /// The part of a text between two positions, counted as in slices, and where it begins.
  private static func window(
    _ text: TemplateText,
    _ start: TemplateValue?,
    _ end: TemplateValue?,
    _ arguments: TemplateArguments
  ) throws -> (text: TemplateText, start: Int) {
    func position(_ value: TemplateValue?, _ name: String, _ standard: Int) throws -> Int {
      guard let value, !value.isNone else { return standard }
      let number = try arguments.integer(value, name) ?? standard
      if number >= 0 { return number }
      return number < -text.count ? 0 : number + text.count
    }
    let low = try position(start, "start", 0)
    let high = min(try position(end, "end", text.count), text.count)
    guard low <= high else { return (TemplateText(), low) }
    return (TemplateText(units: text.units[low..<high]), low)
  }

  static let find: TextMethod = { text, arguments, _ in
    .integer(try place(text, arguments) ?? -1)
  }

  static let index: TextMethod = { text, arguments, _ in
    guard let found = try place(text, arguments) else {
      throw TemplateError.make("`index` finds nothing in a text")
    }
    return .integer(found)
  }

  private static func place(
    _ text: TemplateText,
    _ arguments: TemplateArguments
  ) throws -> Int? {
    let values = try arguments.bind(["sub", "start", "end"], required: 1)
    let part = try arguments.text(values[0], "sub") ?? TemplateText()
    let (window, start) = try window(text, values[1], values[2], arguments)
    guard start <= text.count else { return nil }
    return TextSearch(part).first(in: window.units).map { $0 + start }
  }

  static let findLast: TextMethod = { text, arguments, _ in
    let values = try arguments.bind(["sub", "start", "end"], required: 1)
    let part = try arguments.text(values[0], "sub") ?? TemplateText()
    let (window, start) = try window(text, values[1], values[2], arguments)
    guard start <= text.count,
      let found = TextSearch(part.reversed()).first(in: window.units.reversed())
    else { return .integer(-1) }
    return .integer(start + window.count - found - part.count)
  }

  static let count: TextMethod = { text, arguments, _ in
    let values = try arguments.bind(["sub", "start", "end"], required: 1)
    let part = try arguments.text(values[0], "sub") ?? TemplateText()
    let (window, start) = try window(text, values[1], values[2], arguments)
    guard !part.isEmpty else { return .integer(start > text.count ? 0 : window.count + 1) }
    return .integer(TextSearch(part).all(in: window.units).count)
  }

  static let split: TextMethod = { text, arguments, interpreter in
    let (separator, limit) = try splitArguments(arguments)
    try interpreter.charge(4 * text.count)
    return try .list(
      separator.map { text.split(at: $0, limit: limit) } ?? text.words(limit: limit)
    )
  }

  static let splitFromEnd: TextMethod = { text, arguments, interpreter in
    let (separator, limit) = try splitArguments(arguments)
    try interpreter.charge(8 * text.count)
    let backwards = text.reversed()
    let parts =
      separator.map { backwards.split(at: $0.reversed(), limit: limit) }
      ?? backwards.words(limit: limit)
    return try .list(parts.reversed().map { $0.reversed() })
  }

  private static func splitArguments(
    _ arguments: TemplateArguments
  ) throws -> (separator: TemplateText?, limit: Int) {
    let values = try arguments.bind(["sep", "maxsplit"])
    let given = values[0]?.isNone == true ? nil : values[0]
    let separator = try arguments.text(given, "sep")
    guard separator?.isEmpty != true else {
      throw arguments.failure("an empty separator", ["sep", "maxsplit"])
    }
    let limit = try arguments.integer(values[1], "maxsplit") ?? -1
    return (separator, limit < 0 ? .max : limit)
  }

  static let splitLines: TextMethod = { text, arguments, interpreter in
    let values = try arguments.bind(["keepends"])
    try interpreter.charge(4 * text.count)
    return try .list(text.lines(keepingEnds: values[0]?.isTrue ?? false))
  }

  static let partition: TextMethod = { text, arguments, _ in
    let separator = try partitionSeparator(arguments)
    guard let found = TextSearch(separator).first(in: text.units) else {
      return try .tuple([.text(text), .text(TemplateText()), .text(TemplateText())])
    }
    return try parts(text, found, separator)
  }

  static let partitionLast: TextMethod = { text, arguments, _ in
    let separator = try partitionSeparator(arguments)
    guard let found = TextSearch(separator.reversed()).first(in: text.units.reversed()) else {
      return try .tuple([.text(TemplateText()), .text(TemplateText()), .text(text)])
    }
    return try parts(text, text.count - found - separator.count, separator)
  }

  private static func partitionSeparator(_ arguments: TemplateArguments) throws -> TemplateText {
    let values = try arguments.bind(["sep"], required: 1)
    let separator = try arguments.text(values[0], "sep") ?? TemplateText()
    guard !separator.isEmpty else { throw arguments.failure("an empty separator", ["sep"]) }
    return separator
  }

  private static func parts(
    _ text: TemplateText,
    _ place: Int,
    _ separator: TemplateText
  ) throws -> TemplateValue {
    let rest = place + separator.count
    return try .tuple([
      .text(TemplateText(units: text.units[..<place])),
      .text(TemplateText(units: text.units[place..<rest])),
      .text(TemplateText(units: text.units[rest...])),
    ])
  }
}

extension TemplateMethods {
  /// A method without arguments that gives a text.
  static func mapping(
    _ map: @escaping @Sendable (TemplateText) -> TemplateText
  ) -> TextMethod {
    { text, arguments, _ in
      _ = try arguments.bind([])
      return .text(map(text))
    }
  }

  /// Whether there are characters and all are of a class.
  static func all(_ holds: @escaping @Sendable (TextUnit) -> Bool) -> TextMethod {
    { text, arguments, _ in
      _ = try arguments.bind([])
      return .bool(!text.isEmpty && text.units.allSatisfy(holds))
    }
  }

  static func stripping(_ end: TemplateText.End) -> TextMethod {
    { text, arguments, _ in
      let values = try arguments.bind(["chars"])
      let characters = values[0]?.isNone == true ? nil : values[0]
      return .text(text.stripped(try arguments.text(characters, "chars"), end))
    }
  }

  static func removing(prefix: Bool) -> TextMethod {
    { text, arguments, _ in
      let name = prefix ? "prefix" : "suffix"
      let values = try arguments.bind([name], required: 1)
      let part = try arguments.text(values[0], name) ?? TemplateText()
      guard prefix ? text.hasPrefix(part) : text.hasSuffix(part) else { return .text(text) }
      return .text(
        TemplateText(
          units: prefix ? text.units[part.count...] : text.units.dropLast(part.count)
        )
      )
    }
  }

  /// Fills a text up to a width; `end` is where the filling goes.
  static func padded(
    _ text: TemplateText,
    _ width: Int,
    _ fill: TemplateText,
    _ end: TemplateText.End,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateText {
    guard width > text.count else { return text }
    try interpreter.admit(characters: Double(width))
    let total = width - text.count
    let left =
      switch end {
      case .left: total
      case .right: 0
      case .both: total / 2 + (total & width & 1)
      }
    func padding(_ count: Int) -> TemplateText {
      TemplateText(units: Array(repeatElement(fill.units, count: count).joined()))
    }
    return padding(left) + text + padding(total - left)
  }

  static func padded(
    _ text: TemplateText,
    _ width: Int,
    _ fill: String,
    _ end: TemplateText.End,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateText {
    try padded(text, width, TemplateText(fill), end, interpreter)
  }

  static func padding(_ end: TemplateText.End) -> TextMethod {
    { text, arguments, interpreter in
      let values = try arguments.bind(["width", "fillchar"], required: 1)
      let width = try arguments.integer(values[0], "width") ?? 0
      let fill = try arguments.text(values[1], "fillchar") ?? TemplateText(" ")
      guard fill.count == 1 else { throw arguments.failure("\(fill.count) characters", ["one"]) }
      return .text(try padded(text, width, fill, end, interpreter))
    }
  }

  static let zeroFill: TextMethod = { text, arguments, interpreter in
    let values = try arguments.bind(["width"], required: 1)
    let width = try arguments.integer(values[0], "width") ?? 0
    guard let sign = text.units.first, sign.scalar == "-" || sign.scalar == "+" else {
      return .text(try padded(text, width, "0", .left, interpreter))
    }
    let rest = TemplateText(units: text.units[1...])
    let filled = try padded(rest, max(width, 1) - 1, "0", .left, interpreter)
    return .text(TemplateText(units: [sign]) + filled)
  }

  static let replace: TextMethod = { text, arguments, interpreter in
    let values = try arguments.bind(["old", "new", "count"], required: 2)
    let old = try arguments.text(values[0], "old") ?? TemplateText()
    let new = try arguments.text(values[1], "new") ?? TemplateText()
    let count = try arguments.integer(values[2], "count") ?? -1
    return .text(try TemplateFilters.replaced(text, old, new, count, interpreter))
  }

  static let join: TextMethod = { text, arguments, interpreter in
    let values = try arguments.bind(["iterable"], required: 1)
    var parts: [TemplateText] = []
    var total = 0.0
    for item in try interpreter.iterate(values[0] ?? .none) {
      guard let part = item.asText else {
        throw TemplateError.type("`join` of a text", item, expected: "texts")
      }
      total += Double(part.count + text.count)
      try interpreter.admit(characters: total, added: part.count + text.count)
      parts.append(part)
    }
    return .text(text.joining(parts))
  }

  /// Python's `str.format` with plain, numbered and named fields.
  static let format: TextMethod = { text, arguments, interpreter in
    var result = TemplateText()
    var position = 0
    var automatic = 0
    while position < text.count {
      let unit = text.units[position]
      position += 1
      guard unit.scalar == "{" || unit.scalar == "}" else {
        result.units.append(unit)
        continue
      }
      if position < text.count, text.units[position].value == unit.value {
        result.units.append(unit)
        position += 1
        continue
      }
      guard unit.scalar == "{",
        let end = text.units[position...].firstIndex(where: { $0.scalar == "}" })
      else { throw arguments.failure("a single `\(unit.scalar)`", ["{}", "{0}", "{name}"]) }
      var name = TemplateText(units: text.units[position..<end]).string
      position = end + 1
      if name.isEmpty {
        name = String(automatic)
        automatic += 1
      }
      try interpreter.charge(4 * arguments.named.count)
      result.append(try interpreter.text(of: field(name, arguments)))
      try interpreter.admit(characters: Double(result.count), added: 0)
    }
    return .text(result)
  }

  private static func field(
    _ name: String,
    _ arguments: TemplateArguments
  ) throws -> TemplateValue {
    if let index = Int(name), arguments.positional.indices.contains(index) {
      return arguments.positional[index]
    }
    if let found = arguments.named.first(where: { $0.name == name }) { return found.value }
    throw arguments.failure("a field `\(name)`", ["{}", "{0}", "{name}"])
  }
}

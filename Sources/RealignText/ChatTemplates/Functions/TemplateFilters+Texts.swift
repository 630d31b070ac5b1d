extension TemplateFilters {
  static let upper: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    return .text(try soft(value, interpreter).uppercased())
  }

  static let lower: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    return .text(try soft(value, interpreter).lowercased())
  }

  static let capitalize: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    return .text(try soft(value, interpreter).capitalized())
  }

  /// A capital after white space, hyphens and opening brackets, all else in lower case.
  static let title: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    let text = try soft(value, interpreter)
    var result = TemplateText()
    var start = 0
    var wasBreak = true
    func finish(_ end: Int) {
      let word = TemplateText(units: text.units[start..<end])
      guard let first = word.units.first else { return }
      result.append(TemplateText(units: [first]).uppercased())
      result.append(TemplateText(units: word.units[1...]).lowercased())
    }
    for (position, unit) in text.units.enumerated() {
      let isBreak = unit.isSpace || "-({[<".unicodeScalars.contains(unit.scalar)
      if isBreak != wasBreak {
        finish(position)
        start = position
        wasBreak = isBreak
      }
    }
    finish(text.count)
    return .text(result)
  }

  static let trim: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["chars"])
    let characters = values[0]?.isNone == true ? nil : values[0]
    return .text(
      try soft(value, interpreter).stripped(arguments.text(characters, "chars"))
    )
  }

  static let string: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    return .text(try soft(value, interpreter))
  }

  static let safe: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    return .text(try soft(value, interpreter).markup(true))
  }

  static let escape: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    let text = try soft(value, interpreter)
    try interpreter.admit(characters: Double(text.count) * 5)
    return .text(text.isMarkup ? text : text.escapedForHTML())
  }

  static let replace: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["old", "new", "count"], required: 2)
    let text = try interpreter.text(of: value).markup(false)
    let old = try interpreter.text(of: values[0] ?? .none)
    let new = try interpreter.text(of: values[1] ?? .none)
    let isAll = values[2]?.isNone ?? true
    let count = isAll ? -1 : try arguments.integer(values[2], "count") ?? -1
    return .text(try replaced(text, old, new, count, interpreter))
  }

  /// A text with occurrences replaced, all of them for a negative count.
  static func replaced(
    _ text: TemplateText,
    _ old: TemplateText,
    _ new: TemplateText,
    _ count: Int,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateText {
    let limit = count < 0 ? Int.max : count
    try interpreter.admit(characters: text.countReplacing(old, new, limit: limit))
    return text.replacing(old, new, limit: limit)
  }

  static let center: Filter = { value, arguments, interpreter in
    let width = try arguments.integer(arguments.bind(["width"])[0], "width") ?? 80
    return .text(
      try TemplateMethods.padded(soft(value, interpreter), width, " ", .both, interpreter)
    )
  }

  static let indent: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["width", "first", "blank"])
    guard let text = value.asText else {
      throw TemplateError.type("`indent`", value, expected: "a text")
    }
    let indentation: TemplateText
    if let given = values[0]?.asText {
      indentation = given
    } else {
      let width = max(try arguments.integer(values[0], "width") ?? 4, 0)
      try interpreter.admit(characters: Double(width))
      indentation = TemplateText(String(repeating: " ", count: width))
    }
    let lines = (text + TemplateText("\n")).lines()
    try interpreter.admit(
      characters: Double(text.count) + Double(lines.count) * Double(indentation.count + 1)
    )
    let indentsBlank = values[2]?.isTrue ?? false
    let shown = lines.enumerated().map { position, line in
      position > 0 && (indentsBlank || !line.isEmpty) ? indentation + line : line
    }
    let result = TemplateText("\n").joining(shown)
    return .text(values[1]?.isTrue == true ? indentation + result : result)
  }

  static let truncate: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["length", "killwords", "end", "leeway"])
    let length = try arguments.integer(values[0], "length") ?? 255
    let end = try arguments.text(values[2], "end") ?? TemplateText("...")
    let isStandard = values[3]?.isNone ?? true
    let leeway = isStandard ? 5 : try arguments.integer(values[3], "leeway") ?? 5
    guard length >= end.count, length < 1 << 40, (0..<1 << 40).contains(leeway) else {
      throw arguments.failure("length \(length), leeway \(leeway)", ["length above that of `end`"])
    }
    let size = try TemplateFilters.length(value, TemplateArguments(callee: "length"), interpreter)
    guard size.asInteger ?? 0 > length + leeway else { return value }
    guard let text = value.asText else {
      throw TemplateError.type("`truncate`", value, expected: "a text")
    }
    let kept = TemplateText(units: text.units.prefix(length - end.count))
    if values[1]?.isTrue == true { return .text(kept + end) }
    let cut = kept.units.lastIndex { $0.scalar == " " } ?? kept.count
    return .text(TemplateText(units: kept.units[..<cut]) + end)
  }

  static let format: Filter = { value, arguments, interpreter in
    let format = try soft(value, interpreter)
    guard arguments.positional.isEmpty || arguments.named.isEmpty else {
      throw arguments.failure("values with and without names", ["one or the other"])
    }
    if arguments.named.isEmpty {
      return .text(
        try PercentFormat.apply(format, .tuple(arguments.positional), interpreter)
      )
    }
    let pairs = arguments.named.map { (TemplateValue.string($0.name), $0.value) }
    return .text(
      try PercentFormat.apply(format, .dictionary(TemplateDictionary(pairs)), interpreter)
    )
  }

  static let wordCount: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    var count = 0
    var wasWord = false
    for unit in try soft(value, interpreter).units {
      let isWord = unit.isLetter || unit.isNumeric || unit.scalar == "_"
      if isWord, !wasWord { count += 1 }
      wasWord = isWord
    }
    return .integer(count)
  }

  /// A text as part of a URL, `/` kept.
  static let urlEncode: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    var result = TemplateText()
    guard value.count == 0 || value.asText != nil else {
      throw TemplateError.type("`urlencode`", value, expected: "a text")
    }
    let text = try soft(value, interpreter)
    try interpreter.admit(characters: Double(text.count) * 12)
    for unit in text.units {
      let isKept =
        unit.scalar.isASCII
        && (unit.isLetter || unit.isDecimal || "_.-~/".unicodeScalars.contains(unit.scalar))
      guard !isKept else {
        result.units.append(unit)
        continue
      }
      for byte in String(unit.scalar).utf8 {
        let digits = TemplateText.hexadecimal(UInt32(byte), digits: 2).uppercased()
        result.append("%" + digits, from: unit)
      }
    }
    return .text(result)
  }

  /// JSON as `json.dumps` writes it: no HTML escapes, characters beyond ASCII as they are.
  static let json: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["ensure_ascii", "indent", "separators", "sort_keys"])
    var writer = PythonJSONWriter(limit: interpreter.limits.characters)
    writer.escapesNonASCII = values[0]?.isTrue ?? false
    writer.sortsKeys = values[3]?.isTrue ?? false
    if let indent = values[1], !indent.isNone {
      writer.itemSeparator = TemplateText(",")
      if let text = indent.asText {
        writer.indentation = text
      } else {
        let width = try arguments.integer(indent, "indent") ?? 0
        guard width <= 1000 else { throw arguments.failure("indent \(width)", ["at most 1000"]) }
        writer.indentation = TemplateText(String(repeating: " ", count: max(width, 0)))
      }
    }
    if let separators = values[2], !separators.isNone {
      let texts = try interpreter.iterate(separators).compactMap(\.asText)
      guard texts.count == 2 else { throw arguments.failure("separators", ["two texts"]) }
      writer.itemSeparator = texts[0]
      writer.keySeparator = texts[1]
    }
    try writer.write(value)
    try interpreter.admit(characters: Double(writer.text.count))
    return .text(writer.text)
  }
}

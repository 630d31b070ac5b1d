extension TemplateValue {
  /// The value of a JSON value; all its texts are content unless `isTrusted`.
  ///
  /// - Throws: `InputError` when it is nested too deep.
  init(_ json: JSONValue, isTrusted: Bool = false, level: Int = 0) throws {
    guard level <= TemplateExtent.maximumDepth else {
      throw TemplateError.make(
        "the conversation nests values too deep",
        expected: "at most \(TemplateExtent.maximumDepth) levels"
      )
    }
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .number(let value): self = json.intValue.map { .integer($0) } ?? .float(value)
    case .string(let text): self = .text(TemplateText(text, isContent: !isTrusted))
    case .array(let items):
      self = try .list(
        items.map { try TemplateValue($0, isTrusted: isTrusted, level: level + 1) }
      )
    case .object(let object):
      var dictionary = TemplateDictionary()
      for (key, value) in object.pairs {
        try dictionary.set(
          .text(TemplateText(key, isContent: !isTrusted)),
          TemplateValue(value, isTrusted: isTrusted, level: level + 1)
        )
      }
      self = .dictionary(dictionary)
    }
  }
}

/// Writes values as Python's `json.dumps` does.
struct PythonJSONWriter {
  /// The white space of one level, or `nil` for everything on one line.
  var indentation: TemplateText?
  var itemSeparator = TemplateText(", ")
  var keySeparator = TemplateText(": ")
  var escapesNonASCII = false
  var sortsKeys = false
  /// The characters allowed.
  var limit: Int

  private(set) var text = TemplateText()

  init(limit: Int) { self.limit = limit }

  /// Appends a value.
  ///
  /// - Throws: `InputError` for what JSON cannot express, and beyond the limit.
  mutating func write(_ value: TemplateValue, level: Int = 0) throws {
    guard text.count <= limit else {
      throw TemplateError.make("`tojson` writes too much", expected: "at most \(limit) characters")
    }
    switch value {
    case .none: text.append("null")
    case .bool(let flag): text.append(flag ? "true" : "false")
    case .integer(let number): text.append(String(number))
    case .float(let number): text.append(Self.number(number))
    case .text(let string): write(string)
    case .sequence(let sequence) where sequence.isJSONArray:
      try write(sequence.items, "[", "]", level: level) { writer, item in
        try writer.write(item, level: level + 1)
      }
    case .dictionary(let dictionary): try write(dictionary, level: level)
    case .undefined(let reason): throw TemplateError.undefined(reason)
    default:
      throw TemplateError.type(
        "`tojson`",
        value,
        expected: "a text, number, boolean, none, list or dictionary"
      )
    }
  }

  private mutating func write(_ dictionary: TemplateDictionary, level: Int) throws {
    var pairs = Array(zip(dictionary.keys, dictionary.values))
    if sortsKeys { pairs = try pairs.sorted { try TemplateValue.isLess($0.0, $1.0) } }
    try write(pairs, "{", "}", level: level) { writer, pair in
      writer.write(try Self.key(pair.0))
      writer.text.append(writer.keySeparator)
      try writer.write(pair.1, level: level + 1)
    }
  }

  private mutating func write<Item>(
    _ items: [Item],
    _ open: String,
    _ close: String,
    level: Int,
    _ writeItem: (inout PythonJSONWriter, Item) throws -> Void
  ) throws {
    text.append(open)
    for (position, item) in items.enumerated() {
      if position > 0 { text.append(itemSeparator) }
      breakLine(level + 1)
      try writeItem(&self, item)
    }
    if !items.isEmpty { breakLine(level) }
    text.append(close)
  }

  private mutating func breakLine(_ level: Int) {
    guard let indentation else { return }
    text.append("\n")
    for _ in 0..<level { text.append(indentation) }
  }

  private static func key(_ key: TemplateValue) throws -> TemplateText {
    switch key {
    case .text(let text): text
    case .none: TemplateText("null")
    case .bool(let flag): TemplateText(flag ? "true" : "false")
    case .integer(let number): TemplateText(String(number))
    case .float(let value): TemplateText(number(value))
    default: throw TemplateError.type("a key of `tojson`", key, expected: "a text or number")
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return PythonFloat.represented(value)
  }

  private mutating func write(_ string: TemplateText) {
    text.append("\"")
    for unit in string.units {
      guard text.count <= limit else { return }
      switch unit.scalar {
      case "\"": text.append("\\\"", from: unit)
      case "\\": text.append("\\\\", from: unit)
      case "\n": text.append("\\n", from: unit)
      case "\r": text.append("\\r", from: unit)
      case "\t": text.append("\\t", from: unit)
      case "\u{8}": text.append("\\b", from: unit)
      case "\u{C}": text.append("\\f", from: unit)
      default: writePlain(unit)
      }
    }
    text.append("\"")
  }

  private mutating func writePlain(_ unit: TextUnit) {
    guard unit.value < 0x20 || (escapesNonASCII && unit.value > 0x7E) else {
      return text.units.append(unit)
    }
    for code in String(unit.scalar).utf16 {
      text.append("\\u" + TemplateText.hexadecimal(UInt32(code), digits: 4), from: unit)
    }
  }
}

extension TemplateSequence {
  /// Whether Python's `json.dumps` takes it for an array.
  fileprivate var isJSONArray: Bool { kind == .list || kind == .tuple }
}

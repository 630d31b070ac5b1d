/// The settings of one part of a tokenizer, as `tokenizer.json` gives them.
struct ComponentSettings {
  let file: TokenizerFile
  let object: JSONObject
  /// Where in the file the part is, as in `pre_tokenizer.pretokenizers[1]`.
  let field: String

  /// The name of a setting in error messages.
  func path(_ key: String) -> String { field + "." + key }

  /// A truth value, or the default where the setting is missing or null.
  func flag(_ key: String, default value: Bool) throws -> Bool {
    guard let setting = object[key], !setting.isNull else { return value }
    return try file.flag(object, key, field)
  }

  /// A text that must be there.
  func text(_ key: String) throws -> String {
    guard let text = try optionalText(key) else {
      throw file.error("a setting is missing", field: path(key), expected: "a text")
    }
    return text
  }

  /// A text, or `nil` where the setting is missing or null.
  func optionalText(_ key: String) throws -> String? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let text = value.stringValue else {
      throw file.error(
        "wrong type",
        field: path(key),
        found: value.serialized(),
        expected: "a text"
      )
    }
    return text
  }

  /// A text of one character.
  func character(_ key: String) throws -> UInt32 {
    let text = try text(key)
    guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else {
      throw file.error("wrong length", field: path(key), found: text, expected: "one character")
    }
    return scalar.value
  }

  /// A whole number of a range, or the default where the setting is missing or null.
  func number(_ key: String, in range: ClosedRange<Int>, default value: Int? = nil) throws -> Int {
    let setting = object[key] ?? .null
    if setting.isNull, let value { return value }
    guard let number = setting.intValue, range.contains(number) else {
      throw file.error(
        "not a number that can be used",
        field: path(key),
        found: setting.serialized(),
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }

  /// One of the names of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String,
    default value: Choice? = nil
  ) throws -> Choice where Choice.RawValue == String {
    guard let name = try optionalText(key) else {
      if let value { return value }
      throw file.error("a setting is missing", field: path(key))
    }
    // Pythons write `merged_with_next` for `MergedWithNext`.
    func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }
    guard let choice = Choice.allCases.first(where: { plain($0.rawValue) == plain(name) }) else {
      throw file.error(
        "this tokenizer is not supported",
        field: path(key),
        found: name,
        expected: Choice.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    return choice
  }

  /// A pattern given as `{"String": …}` or `{"Regex": …}`.
  func pattern(_ key: String) throws -> TextPattern {
    let value = object[key]
    if let literal = value?["String"]?.stringValue ?? value?.stringValue {
      guard !literal.isEmpty else {
        throw file.error("an empty pattern", field: path(key) + ".String", expected: "a text")
      }
      return .literal(Array(literal.utf8))
    }
    guard let expression = value?["Regex"]?.stringValue else {
      throw file.error(
        "not a pattern",
        field: path(key),
        found: value?.serialized() ?? "nothing",
        expected: "an object with String or Regex"
      )
    }
    if let known = WordPattern.known.first(where: { $0.expression == expression }) {
      return .words(known.pattern)
    }
    do throws(RegexProblem) {
      return .expression(try LinearRegex(expression))
    } catch {
      throw file.error(
        error.message + " (character \(error.position))",
        field: path(key) + ".Regex",
        found: expression,
        expected: error.expected
      )
    }
  }
}

extension TokenizerFile {
  /// More parts in one sequence are refused, as every text goes through all of them.
  static let maximumParts = 256
  /// Steps that can make texts longer by a greater factor, all of them together, are refused.
  static let maximumGrowth = 4096.0

  /// Refuses steps that could make a small text fill the memory.
  func checkGrowth(_ factors: [Double], field: String) throws {
    let growth = factors.reduce(1, *)
    guard growth <= Self.maximumGrowth else {
      throw error(
        "the steps can make a text too long",
        field: field,
        found: "\(growth.rounded()) times as long",
        expected: "at most \(Int(Self.maximumGrowth)) times"
      )
    }
  }

  /// The parts that a field lists, those of a `Sequence` unrolled, each with its place.
  func parts(_ value: JSONValue?, list: String, field: String) throws -> [ComponentSettings] {
    guard let value, !value.isNull else { return [] }
    guard let object = value.objectValue, object["type"]?.stringValue != nil else {
      throw error(
        "wrong type",
        field: field,
        found: value.serialized(),
        expected: "an object with a type, or null"
      )
    }
    guard object["type"] == .string("Sequence") else {
      return [ComponentSettings(file: self, object: object, field: field)]
    }
    guard let items = object[list]?.arrayValue else {
      throw error("a sequence without members", field: field + "." + list, expected: "an array")
    }
    let found = try items.enumerated().flatMap { index, item in
      try parts(item, list: list, field: "\(field).\(list)[\(index)]")
    }
    guard found.count <= Self.maximumParts else {
      throw error(
        "a sequence of too many parts",
        field: field,
        found: "\(found.count)",
        expected: "at most \(Self.maximumParts)"
      )
    }
    return found
  }

  /// The kind of a part among those that are known by their names.
  func kind<Kind>(
    of settings: ComponentSettings,
    among known: [(name: String, kind: Kind)]
  ) throws -> Kind {
    let name = settings.object["type"]?.stringValue ?? ""
    guard let found = known.first(where: { $0.name == name }) else {
      throw error(
        "this tokenizer is not supported",
        field: settings.field + ".type",
        found: name,
        expected: known.map(\.name).joined(separator: ", ")
      )
    }
    return found.kind
  }
}

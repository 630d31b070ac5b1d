import RealignText

/// Takes typed fields out of a row, with errors that say where and what is wrong.
struct FieldReader {
  let object: JSONObject
  let place: RowPlace
  /// The accepted shapes of the row.
  let accepted: String

  init(_ object: JSONObject, _ place: RowPlace, accepted: String) {
    self.object = object
    self.place = place
    self.accepted = accepted
  }

  /// Whether the field is there and not null.
  func has(_ field: String) -> Bool { value(field) != nil }

  /// The value of a field; nil when it is absent or null.
  func value(_ field: String) -> JSONValue? {
    guard let value = object[field], !value.isNull else { return nil }
    return value
  }

  func required(_ field: String) throws -> JSONValue {
    guard let value = value(field) else { throw missing(field) }
    return value
  }

  func optionalText(_ field: String, allowsBlank: Bool = true) throws -> String? {
    try value(field).map { try text($0, field, allowsBlank: allowsBlank) }
  }

  func text(_ field: String, allowsBlank: Bool = false) throws -> String {
    try text(required(field), field, allowsBlank: allowsBlank)
  }

  func text(
    _ value: JSONValue,
    _ field: @autoclosure () -> String,
    allowsBlank: Bool
  ) throws -> String {
    guard let text = value.stringValue else { throw wrongType(field(), value, "a string") }
    guard allowsBlank || !Self.isBlank(text) else {
      throw error("the value is empty", field(), found: value.serialized(), expected: "some text")
    }
    return text
  }

  private static func isBlank(_ text: String) -> Bool {
    // Most texts begin with a character that needs no look into the tables of Unicode.
    if let first = text.utf8.first, 0x21..<0x7F ~= first { return false }
    return text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
  }

  func optionalNumber(_ field: String) throws -> Double? {
    guard let value = value(field) else { return nil }
    guard let number = value.doubleValue else { throw wrongType(field, value, "a number") }
    guard number.isFinite else {
      throw error("the number is too large", field, found: "\(number)", expected: "a finite number")
    }
    return number
  }

  func flag(_ field: String) throws -> Bool {
    let value = try required(field)
    guard let flag = value.boolValue else { throw wrongType(field, value, "true or false") }
    return flag
  }

  func optionalFlag(_ field: String) throws -> Bool? {
    guard let value = value(field) else { return nil }
    guard let flag = value.boolValue else { throw wrongType(field, value, "true or false") }
    return flag
  }

  func integer(_ field: String) throws -> Int {
    let value = try required(field)
    guard let number = value.intValue else { throw wrongType(field, value, "a whole number") }
    return number
  }

  /// A list, each item read by `item` with a function for its name, such as `answers[2]`: only
  /// errors need it.
  func list<Item>(
    _ field: String,
    of what: String,
    item: (JSONValue, _ name: () -> String) throws -> Item
  ) throws -> [Item] {
    let value = try required(field)
    guard let items = value.arrayValue else { throw wrongType(field, value, "a list of \(what)") }
    var result: [Item] = []
    result.reserveCapacity(items.count)
    for (index, value) in items.enumerated() {
      result.append(try item(value) { "\(field)[\(index)]" })
    }
    return result
  }

  /// Token ids: a list of whole numbers from 0 that is not empty.
  func tokenIDs(_ field: String) throws -> [Int32] {
    let ids = try list(field, of: "token ids") { value, name in
      guard let id = value.intValue, id >= 0, let token = Int32(exactly: id) else {
        throw wrongType(name(), value, "a token id: a whole number from 0")
      }
      return token
    }
    guard !ids.isEmpty else {
      throw error("the list is empty", field, found: "[]", expected: "at least one token id")
    }
    return ids
  }

  func missing(_ field: String) -> InputError {
    let nearby = object.keys.first { EditDistance.isWithin(2, $0, field) && $0 != field }
    return error(
      "a field is missing",
      field,
      found: object.isEmpty ? "no fields" : "the fields " + object.keys.joined(separator: ", "),
      expected: accepted,
      hint: nearby.map { "did you mean `\(field)` by `\($0)`?" }
    )
  }

  func wrongType(_ field: String, _ value: JSONValue, _ expected: String) -> InputError {
    error(
      "the value has the wrong type",
      field,
      found: "\(value.kindName) \(value.serialized())",
      expected: expected
    )
  }

  func error(
    _ message: String,
    _ field: String?,
    found: String? = nil,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: place.file,
      line: place.line,
      field: field,
      found: found,
      expected: expected,
      hint: hint
    )
  }
}

/// Levenshtein distance, for suggestions.
enum EditDistance {
  /// Whether at most `limit` insertions, deletions and replacements turn one into the other.
  static func isWithin(_ limit: Int, _ left: String, _ right: String) -> Bool {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    // A suggestion is of use only when most of the word is right.
    guard abs(a.count - b.count) <= limit, b.count > limit else { return false }
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count] <= limit
  }
}

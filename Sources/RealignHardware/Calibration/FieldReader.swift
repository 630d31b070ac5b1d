import RealignText

/// Reads fields of JSON that was written elsewhere, or says which is wrong.
///
/// Texts and lists have limits, since such files travel between machines; what is wrong is quoted
/// by `InputError`, which escapes control characters.
struct FieldReader {
  /// Bytes that a file of this module may have.
  static let maximumBytes = 1 << 20
  /// Items that a list may have.
  static let maximumItems = 1024
  /// Characters that a text may have.
  static let maximumText = 400

  /// The file, for errors.
  let file: String?
  /// What the file ought to be, such as `not a calibration`.
  let message: String
  /// What helps.
  var hint: String?

  /// The value in a file of at most `maximumBytes`.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with its line.
  static func value(_ path: String) throws -> JSONValue {
    try JSONValue.parse(try InputFile.bytes(path, atMost: maximumBytes), file: path, line: nil)
  }

  func error(_ field: String, _ found: JSONValue?, expected: String) -> InputError {
    InputError(
      .badData,
      message,
      file: file,
      field: field,
      found: found?.serialized() ?? "nothing",
      expected: expected,
      hint: hint
    )
  }

  func text(_ value: JSONValue?, _ field: String, limit: Int = maximumText) throws -> String {
    guard let text = value?.stringValue, !text.isEmpty, text.unicodeScalars.count <= limit else {
      throw error(field, value, expected: "a text of 1 to \(limit) characters")
    }
    return text
  }

  func identifier(_ value: JSONValue?, _ field: String) throws -> String {
    guard let text = value?.stringValue, NodeIdentifier.isValid(text) else {
      throw error(field, value, expected: NodeIdentifier.rule)
    }
    return text
  }

  func count(_ value: JSONValue?, _ field: String, atMost limit: Int = 1 << 53) throws -> Int {
    guard let count = value?.intValue, count > 0, count <= limit else {
      let bound = limit == 1 << 53 ? "" : " and at most \(limit)"
      throw error(field, value, expected: "a whole number above 0" + bound)
    }
    return count
  }

  func rate(_ value: JSONValue?, _ field: String) throws -> Double {
    guard let rate = value?.doubleValue, rate > 0, rate.isFinite else {
      throw error(field, value, expected: "a number above 0")
    }
    return rate
  }

  func object(_ value: JSONValue?, _ field: String) throws -> JSONObject {
    guard let object = value?.objectValue else { throw error(field, value, expected: "an object") }
    return object
  }

  func list<Item>(
    _ value: JSONValue?,
    _ field: String,
    atMost limit: Int = maximumItems,
    _ item: (JSONValue, String) throws -> Item
  ) throws -> [Item] {
    guard let items = value?.arrayValue else { throw error(field, value, expected: "a list") }
    guard items.count <= limit else {
      throw InputError(
        .badData,
        message,
        file: file,
        field: field,
        found: "\(items.count) items",
        expected: "at most \(limit)",
        hint: hint
      )
    }
    return try items.enumerated().map { try item($1, "\(field)[\($0)]") }
  }

  /// A field that may be absent or null.
  func optional<Value>(
    _ value: JSONValue?,
    _ field: String,
    _ read: (JSONValue?, String) throws -> Value
  ) rethrows -> Value? {
    guard let value, !value.isNull else { return nil }
    return try read(value, field)
  }
}

/// Names of nodes: they stand in plans, logs and names of files.
public enum NodeIdentifier {
  /// What an identifier is, for error messages.
  static let rule = "1 to 64 of A-Z a-z 0-9 _ . -, not only dots"

  /// Whether a text is `[A-Za-z0-9_.-]{1,64}` and not a folder such as `..`.
  public static func isValid(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isAllowed)
      && text.utf8.contains { $0 != UInt8(ascii: ".") }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

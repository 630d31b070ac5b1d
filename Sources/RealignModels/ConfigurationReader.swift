import RealignNumerics
import RealignText

/// Typed, range-checked access to the fields of `config.json`.
struct ConfigurationReader {
  let json: JSONObject
  let file: String

  func error(_ field: String, found: String, expected: String) -> InputError {
    InputError(
      .badData,
      "bad model configuration",
      file: file,
      field: field,
      found: found,
      expected: expected
    )
  }

  /// Refuses sizes above their bounds.
  func check(_ sizes: [(field: String, found: Int, bound: Int)]) throws {
    for (field, found, bound) in sizes where found > bound {
      throw error(field, found: "\(found)", expected: "at most \(bound)")
    }
  }

  func string(_ field: String) throws -> String {
    guard let value = try optionalString(field) else {
      throw error(field, found: "nothing", expected: "a string")
    }
    return value
  }

  func optionalString(_ field: String) throws -> String? {
    guard let value = json[field], value != .null else { return nil }
    guard let string = value.stringValue else {
      throw error(field, found: value.serialized(), expected: "a string")
    }
    return string
  }

  func size(_ field: String) throws -> Int {
    guard let value = try optionalSize(field) else {
      throw error(field, found: "nothing", expected: "a positive whole number")
    }
    return value
  }

  func optionalSize(_ field: String) throws -> Int? {
    guard let value = json[field], value != .null else { return nil }
    guard let number = value.intValue, number >= 1, number < 1 << 31 else {
      throw error(field, found: value.serialized(), expected: "a whole number from 1 to 2^31-1")
    }
    return number
  }

  /// A size with the family's default, which stands only where the key is absent.
  func optionalSize(_ field: String, whenAbsent fallback: Int?) throws -> Int? {
    json[field] == nil ? fallback : try optionalSize(field)
  }

  func number(_ field: String, default fallback: Double) throws -> Double {
    try optionalNumber(field) ?? fallback
  }

  func optionalNumber(_ field: String) throws -> Double? {
    guard let value = json[field], value != .null else { return nil }
    guard let number = value.doubleValue, (1e-30...1e30).contains(number) else {
      throw error(field, found: value.serialized(), expected: "a number from 1e-30 to 1e30")
    }
    return number
  }

  func number(_ field: String) throws -> Double {
    guard let value = try optionalNumber(field) else {
      throw error(field, found: "nothing", expected: "a positive number")
    }
    return value
  }

  func flag(_ field: String, default fallback: Bool) throws -> Bool {
    guard let value = json[field], value != .null else { return fallback }
    guard let flag = value.boolValue else {
      throw error(field, found: value.serialized(), expected: "true or false")
    }
    return flag
  }

  /// A token identifier, a list of them, or nothing.
  func tokenIdentifiers(_ field: String) throws -> [Int32] {
    guard let value = json[field], value != .null else { return [] }
    let items = value.arrayValue ?? [value]
    return try items.map { item in
      guard let number = item.intValue, number >= 0, number < 1 << 31 else {
        throw error(field, found: value.serialized(), expected: "token ids")
      }
      return Int32(number)
    }
  }
}

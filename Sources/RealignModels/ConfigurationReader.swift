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

  func number(_ field: String, default fallback: Double) throws -> Double {
    guard let value = json[field], value != .null else { return fallback }
    guard let number = value.doubleValue, number.isFinite, number > 0 else {
      throw error(field, found: value.serialized(), expected: "a positive number")
    }
    return number
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

  /// The rotary base and scaling, from either spelling of the file.
  func rotary() throws -> (theta: Double, scaling: RotaryScaling?) {
    var theta = try number("rope_theta", default: 10_000)
    guard let value = json["rope_parameters"] ?? json["rope_scaling"], value != .null else {
      return (theta, nil)
    }
    guard let object = value.objectValue else {
      throw error("rope_scaling", found: value.serialized(), expected: "an object or null")
    }
    let inner = ConfigurationReader(json: object, file: file)
    theta = try inner.number("rope_theta", default: theta)
    let kind = try inner.optionalString("rope_type") ?? inner.optionalString("type") ?? "default"
    switch kind {
    case "default": return (theta, nil)
    case "linear": return (theta, .linear(factor: try inner.number("factor", default: 1)))
    case "llama3":
      return (
        theta,
        .llama3(
          factor: try inner.number("factor", default: 8),
          lowFrequencyFactor: try inner.number("low_freq_factor", default: 1),
          highFrequencyFactor: try inner.number("high_freq_factor", default: 4),
          originalMaximumPositions: try inner.size("original_max_position_embeddings")
        )
      )
    default:
      throw error("rope_type", found: kind, expected: "default, linear or llama3")
    }
  }

  static func json(of scaling: RotaryScaling) -> JSONValue {
    switch scaling {
    case .linear(let factor):
      return .object(["rope_type": .string("linear"), "factor": .number(factor)])
    case .llama3(let factor, let low, let high, let original):
      return .object([
        "rope_type": .string("llama3"), "factor": .number(factor),
        "low_freq_factor": .number(low), "high_freq_factor": .number(high),
        "original_max_position_embeddings": .number(Double(original)),
      ])
    }
  }
}

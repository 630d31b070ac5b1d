/// A JSON value; objects keep the order of their keys.
public enum JSONValue: Sendable, Equatable {
  /// The literal `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number; whole numbers are exact up to 2^53 in magnitude.
  case number(Double)
  /// A string.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// A list of keys and values.
  case object(JSONObject)

  /// The string, if this is one.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The number, if this is one.
  public var doubleValue: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// The number, if this is a whole one of magnitude at most 2^53.
  public var intValue: Int? {
    guard case .number(let value) = self, value.magnitude <= 9_007_199_254_740_992 else {
      return nil
    }
    return Int(exactly: value)
  }

  /// The truth value, if this is one.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The items, if this is a list.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The keys and values, if this is an object.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Whether this is `null`.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The name of the kind, for error messages: `null`, `boolean`, `number`, `string`, `array` or
  /// `object`.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The value of a key, if this is an object that has it.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// A whole number.
  ///
  /// - Precondition: The magnitude is at most 2^53, beyond which JSON numbers are not exact.
  public static func integer(_ value: some BinaryInteger) -> JSONValue {
    precondition(
      value.magnitude <= 9_007_199_254_740_992,
      "\(value) is not exact as a JSON number"
    )
    return .number(Double(value))
  }

  /// Whether two values are the same; strings by their bytes, objects whatever their key order.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object, in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(pairs: elements))
  }
}

extension String {
  /// Whether the UTF-8 bytes are equal; `==` also equates canonically equivalent spellings.
  func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let left = utf8.span
    let right = other.utf8.span
    for position in left.indices where left[position] != right[position] { return false }
    return true
  }
}

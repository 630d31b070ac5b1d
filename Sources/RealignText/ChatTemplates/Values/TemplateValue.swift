/// What an expression of a template stands for; the values that Python would have there.
enum TemplateValue {
  /// Nothing was there; carries why, for the error when it is used.
  case undefined(String)
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case text(TemplateText)
  case sequence(TemplateSequence)
  case dictionary(TemplateDictionary)
  case object(any TemplateObject)

  /// A text of the template's own.
  static func string(_ text: String) -> TemplateValue { .text(TemplateText(text)) }

  /// A list.
  static func list(_ items: [TemplateValue]) throws -> TemplateValue {
    .sequence(try TemplateSequence(.list, items))
  }

  /// A list of texts.
  static func list(_ texts: [TemplateText]) throws -> TemplateValue {
    try list(texts.map { .text($0) })
  }

  /// A tuple.
  static func tuple(_ items: [TemplateValue]) throws -> TemplateValue {
    .sequence(try TemplateSequence(.tuple, items))
  }

  /// An iterator that can be read once, as Python's generators.
  static func generator(_ items: [TemplateValue]) throws -> TemplateValue {
    .object(TemplateGenerator(try TemplateSequence(.list, items)))
  }

  /// The nesting and the size of the value.
  var extent: TemplateExtent {
    switch self {
    case .text(let text): TemplateExtent(depth: 0, weight: 1 + text.count)
    case .sequence(let sequence): sequence.extent
    case .dictionary(let dictionary): dictionary.extent
    case .object(let object): TemplateExtent(depth: object.depth, weight: 1, holdsObject: true)
    default: TemplateExtent(depth: 0, weight: 1)
    }
  }

  /// The number of characters, items or keys directly in the value.
  var count: Int {
    switch self {
    case .text(let text): text.count
    case .sequence(let sequence): sequence.items.count
    case .dictionary(let dictionary): dictionary.count
    default: 0
    }
  }

  /// Whether Python counts the value as true.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .text(let text): !text.isEmpty
    case .sequence(let sequence): !sequence.items.isEmpty
    case .dictionary(let dictionary): dictionary.count > 0
    case .object(let object): object.isTrue
    }
  }

  /// Whether nothing was there.
  var isUndefined: Bool {
    if case .undefined = self { true } else { false }
  }

  /// Whether it is `None`.
  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  /// The text, if it is one.
  var asText: TemplateText? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The whole number, if it is one; booleans are, as in Python.
  var asInteger: Int? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The number as a `Double`, if it is one.
  var asDouble: Double? {
    if case .float(let value) = self { value } else { asInteger.map(Double.init) }
  }

  /// The name of the type in Python.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .text: "str"
    case .sequence(let sequence): sequence.kind.typeName
    case .dictionary: "dict"
    case .object(let object): object.typeName
    }
  }
}

/// A list, a tuple, or another fixed sequence of values.
struct TemplateSequence {
  /// Which of Python's sequences it is.
  enum Kind: Equatable {
    case list, tuple
    /// A range, with how it is printed.
    case range(String)
    /// The keys, values or items of a dictionary.
    case view(String)

    var typeName: String {
      switch self {
      case .list: "list"
      case .tuple: "tuple"
      case .range: "range"
      case .view(let name): name
      }
    }
  }

  let kind: Kind
  let items: [TemplateValue]
  let extent: TemplateExtent

  init(_ kind: Kind, _ items: [TemplateValue]) throws {
    self.kind = kind
    self.items = items
    extent = try TemplateExtent(over: items)
  }

  /// Whether items can be taken by their positions.
  var isIndexed: Bool {
    if case .view = kind { false } else { true }
  }
}

/// How deep and how large a value is.
///
/// Both are bounded when a value is made, which bounds every recursion over values, and the text
/// of lists that share their items many times over.
struct TemplateExtent {
  /// The deepest nesting of lists, dictionaries and objects that a template may build.
  static let maximumDepth = 150
  /// The greatest number of values and characters in one value.
  static let maximumWeight = 10_000_000

  /// The number of levels below the value.
  var depth: Int
  /// The number of values and characters in it, each as often as it occurs.
  var weight: Int
  /// Whether it is or contains an object that could refer back to others.
  var holdsObject: Bool

  init(depth: Int, weight: Int, holdsObject: Bool = false) {
    self.depth = depth
    self.weight = weight
    self.holdsObject = holdsObject
  }

  /// The extent of a value made of others.
  ///
  /// - Throws: `InputError` beyond the bounds.
  init(over values: some Sequence<TemplateValue>, base: Int = 1) throws {
    depth = 1
    weight = base
    holdsObject = false
    for value in values {
      let extent = value.extent
      depth = max(depth, extent.depth + 1)
      weight += extent.weight
      holdsObject = holdsObject || extent.holdsObject
      guard depth <= Self.maximumDepth, weight <= Self.maximumWeight else {
        throw TemplateError.make(
          "a value in the template grows too deep or too large",
          expected: "at most \(Self.maximumDepth) levels and \(Self.maximumWeight) characters"
        )
      }
    }
  }
}

/// Makes the errors of values and functions; the interpreter adds file and line.
enum TemplateError {
  static func make(
    _ message: String,
    found: String? = nil,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(.badData, message, found: found, expected: expected, hint: hint)
  }

  /// The error of using what is not there.
  static func undefined(_ reason: String) -> InputError {
    make(reason, hint: "the template uses what the conversation does not have")
  }

  /// The error of a value of the wrong type.
  static func type(_ place: String, _ value: TemplateValue, expected: String) -> InputError {
    if case .undefined(let reason) = value { return undefined(reason) }
    return make(place + " got a wrong type", found: value.typeName, expected: expected)
  }
}

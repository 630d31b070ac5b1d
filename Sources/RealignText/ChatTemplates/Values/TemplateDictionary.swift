/// A dictionary in the order of insertion, its keys compared as Python compares them.
struct TemplateDictionary {
  private(set) var keys: [TemplateValue] = []
  private(set) var values: [TemplateValue] = []
  private var positions: [TemplateKey: Int] = [:]
  private(set) var extent = TemplateExtent(depth: 1, weight: 1)

  init() {}

  /// A dictionary of pairs; later values replace earlier ones of the same key.
  init(_ pairs: [(TemplateValue, TemplateValue)]) throws {
    for (key, value) in pairs { try set(key, value) }
  }

  /// The number of keys.
  var count: Int { keys.count }

  /// The value of a text as key.
  subscript(name: String) -> TemplateValue? { self[.text(TemplateText(name))] }

  /// The value of a key.
  subscript(key: TemplateKey) -> TemplateValue? { positions[key].map { values[$0] } }

  /// Sets the value of a key.
  ///
  /// - Throws: `InputError` for a key that Python could not hash, and for too deep a value.
  mutating func set(_ key: TemplateValue, _ value: TemplateValue) throws {
    let added = try TemplateExtent(over: [key, value], base: extent.weight)
    extent = TemplateExtent(
      depth: max(extent.depth, added.depth),
      weight: added.weight,
      holdsObject: extent.holdsObject || added.holdsObject
    )
    let hashed = try TemplateKey(key)
    if let position = positions[hashed] {
      extent.weight -= values[position].extent.weight + key.extent.weight
      values[position] = value
    } else {
      positions[hashed] = keys.count
      keys.append(key)
      values.append(value)
    }
  }

  /// Keys and values as tuples.
  func items() throws -> [TemplateValue] {
    try zip(keys, values).map { try .tuple([$0, $1]) }
  }
}

/// A key of a dictionary, equal where Python's `==` and `hash` are.
enum TemplateKey: Hashable {
  case undefined
  case none
  case integer(Int)
  case float(Double)
  case text(TemplateText)
  case tuple([TemplateKey])

  init(_ value: TemplateValue) throws {
    switch value {
    case .undefined: self = .undefined
    case .none: self = .none
    case .bool(let flag): self = .integer(flag ? 1 : 0)
    case .integer(let number): self = .integer(number)
    case .float(let number): self = Int(exactly: number).map { .integer($0) } ?? .float(number)
    case .text(let text): self = .text(text)
    case .sequence(let sequence) where sequence.kind == .tuple:
      self = .tuple(try sequence.items.map { try TemplateKey($0) })
    default:
      throw TemplateError.type(
        "a key of a dictionary",
        value,
        expected: "a text, number, boolean, none or tuple"
      )
    }
  }
}

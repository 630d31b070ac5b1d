/// The filters that templates can use, those of Jinja except the ones that make HTML, draw random
/// values or only serve debugging.
enum TemplateFilters {
  /// What a filter makes of a value.
  typealias Filter =
    @Sendable (TemplateValue, TemplateArguments, TemplateInterpreter) throws -> TemplateValue

  /// Every filter: a new one is a line here.
  static let all: [(name: String, apply: Filter)] = [
    ("abs", absolute), ("attr", attribute), ("batch", batch), ("capitalize", capitalize),
    ("center", center), ("count", length), ("d", standard), ("default", standard),
    ("dictsort", dictionarySort), ("e", escape), ("escape", escape), ("first", first),
    ("float", float), ("forceescape", escape), ("format", format), ("groupby", group),
    ("indent", indent), ("int", integer), ("items", items), ("join", join), ("last", last),
    ("length", length), ("list", list), ("lower", lower), ("map", map), ("max", maximum),
    ("min", minimum), ("reject", reject), ("rejectattr", rejectAttribute), ("replace", replace),
    ("reverse", reverse), ("round", round), ("safe", safe), ("select", select),
    ("selectattr", selectAttribute), ("slice", slice), ("sort", sort), ("string", string),
    ("sum", sum), ("title", title), ("tojson", json), ("trim", trim), ("truncate", truncate),
    ("unique", unique), ("upper", upper), ("urlencode", urlEncode), ("wordcount", wordCount),
  ]

  private static let table = Dictionary(
    uniqueKeysWithValues: all.map { ($0.name, $0.apply) }
  )

  /// The filter of a name.
  static func filter(_ name: String) -> Filter? { table[name] }

  /// The text of a value: itself if it is one, else what it prints.
  static func soft(
    _ value: TemplateValue,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateText {
    try value.asText ?? interpreter.text(of: value)
  }

  /// The attribute that a filter was given, as the path of keys and positions that it spells.
  struct Path {
    private let parts: [TemplateValue]
    private let interpreter: TemplateInterpreter

    init(_ attribute: TemplateValue?, _ interpreter: TemplateInterpreter) {
      self.interpreter = interpreter
      switch attribute {
      case nil, .some(.none): parts = []
      case .some(.text(let text)):
        parts = text.split(at: TemplateText(".")).map { part in
          part.isEmpty || !part.units.allSatisfy(\.isDigit)
            ? .text(part) : Int(part.string).map { .integer($0) } ?? .text(part)
        }
      case .some(let value): parts = [value]
      }
    }

    /// The value at the path.
    func value(
      of item: TemplateValue,
      standard: TemplateValue? = nil
    ) throws -> TemplateValue {
      var result = item
      for part in parts {
        try interpreter.charge(part.extent.weight)
        result = try TemplateAttributes.item(part, of: result)
        if let standard, result.isUndefined { result = standard }
      }
      return result
    }
  }

  /// The value that sorting and grouping compare: texts in lower case unless case counts.
  static func key(
    _ value: TemplateValue,
    caseSensitive: TemplateValue?,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    guard caseSensitive?.isTrue != true, let text = value.asText else { return value }
    try interpreter.charge(text.count)
    return .text(text.lowercased())
  }

  /// Values in the order of their keys; equal ones stay in their order.
  static func sorted<Item>(
    _ items: [(key: TemplateValue, item: Item)],
    isReversed: Bool,
    _ interpreter: TemplateInterpreter
  ) throws -> [Item] {
    let places = try items.indices.sorted { left, right in
      let (a, b) = (items[left].key, items[right].key)
      try interpreter.charge(min(a.extent.weight, b.extent.weight))
      if try isReversed ? TemplateValue.isLess(b, a) : TemplateValue.isLess(a, b) { return true }
      if try isReversed ? TemplateValue.isLess(a, b) : TemplateValue.isLess(b, a) { return false }
      return left < right
    }
    return places.map { items[$0].item }
  }
}

/// The methods of texts, lists and dictionaries that templates can call.
enum TemplateMethods {
  /// What a method makes of a text.
  typealias TextMethod =
    @Sendable (TemplateText, TemplateArguments, TemplateInterpreter) throws -> TemplateValue

  /// Every method of texts: a new one is a line here.
  static let ofTexts: [(name: String, apply: TextMethod)] = [
    ("capitalize", mapping { $0.capitalized() }), ("casefold", mapping { $0.lowercased() }),
    ("center", padding(.both)), ("count", count), ("endswith", endsWith), ("find", find),
    ("format", format), ("index", index), ("isalnum", all { $0.isLetter || $0.isNumeric }),
    ("isalpha", all(\.isLetter)),
    (
      "isascii",
      { text, _, _ in
        .bool(text.units.allSatisfy(\.scalar.isASCII))
      }
    ),
    ("isdecimal", all(\.isDecimal)), ("isdigit", all(\.isDigit)),
    ("islower", { text, _, _ in .bool(text.isAll(upper: false)) }),
    ("isnumeric", all(\.isNumeric)), ("isspace", all(\.isSpace)),
    ("isupper", { text, _, _ in .bool(text.isAll(upper: true)) }), ("join", join),
    ("ljust", padding(.right)), ("lower", mapping { $0.lowercased() }),
    ("lstrip", stripping(.left)), ("partition", partition),
    ("removeprefix", removing(prefix: true)), ("removesuffix", removing(prefix: false)),
    ("replace", replace), ("rfind", findLast), ("rjust", padding(.left)),
    ("rpartition", partitionLast), ("rsplit", splitFromEnd), ("rstrip", stripping(.right)),
    ("split", split), ("splitlines", splitLines), ("startswith", startsWith),
    ("strip", stripping(.both)), ("swapcase", mapping { $0.caseSwapped() }),
    ("title", mapping { $0.titlecased() }), ("upper", mapping { $0.uppercased() }),
    ("zfill", zeroFill),
  ]

  private static let textTable = Dictionary(
    uniqueKeysWithValues: ofTexts.map { ($0.name, $0.apply) }
  )
  private static let ofDictionaries: Set = ["copy", "get", "items", "keys", "values"]
  private static let ofLists: Set = ["copy", "count", "index"]
  private static let ofTuples: Set = ["count", "index"]
  private static let changesDictionaries: Set = [
    "clear", "pop", "popitem", "setdefault", "update",
  ]
  private static let changesLists: Set = [
    "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
  ]

  /// Whether a value has a method of that name that templates can call.
  static func has(_ name: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .text: textTable[name] != nil
    case .dictionary: ofDictionaries.contains(name)
    case .sequence(let sequence) where sequence.kind == .list: ofLists.contains(name)
    case .sequence(let sequence) where sequence.isIndexed: ofTuples.contains(name)
    case .float: name == "is_integer"
    default: false
    }
  }

  /// Whether the sandbox refuses a method because it would change the value.
  static func isRefused(_ name: String, _ value: TemplateValue) -> Bool {
    switch value {
    case .dictionary: changesDictionaries.contains(name)
    case .sequence(let sequence) where sequence.kind == .list: changesLists.contains(name)
    default: false
    }
  }

  /// What the call of a method gives.
  static func call(
    _ method: TemplateMethod,
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    try interpreter.charge(method.receiver.count)
    try interpreter.charge(arguments)
    switch method.receiver {
    case .text(let text):
      if let apply = textTable[method.name] { return try apply(text, arguments, interpreter) }
    case .dictionary(let dictionary):
      return try call(method.name, dictionary, arguments, interpreter)
    case .sequence(let sequence):
      return try call(method.name, sequence, arguments, interpreter)
    case .float(let number): return .bool(number == number.rounded())
    case .object(let loop as TemplateLoop):
      return try method.name == "cycle"
        ? loop.cycle(arguments.positional) : loop.changed(arguments.positional)
    case .object(let cycler as TemplateCycler): return cycler.call(method.name)
    default: break
    }
    return .none
  }

  private static func call(
    _ name: String,
    _ dictionary: TemplateDictionary,
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    if name == "get" {
      guard arguments.named.isEmpty else { throw arguments.failure("names", ["key", "default"]) }
      let values = try arguments.bind(["key", "default"], required: 1)
      return dictionary[try TemplateKey(values[0] ?? .none)] ?? values[1] ?? .none
    }
    _ = try arguments.bind([])
    switch name {
    case "items":
      try interpreter.charge(items: 4 * dictionary.count)
      return .sequence(try TemplateSequence(.view("dict_items"), dictionary.items()))
    case "keys": return .sequence(try TemplateSequence(.view("dict_keys"), dictionary.keys))
    case "values":
      return .sequence(try TemplateSequence(.view("dict_values"), dictionary.values))
    default: return .dictionary(dictionary)
    }
  }

  private static func call(
    _ name: String,
    _ sequence: TemplateSequence,
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateValue {
    if name == "copy" { return .sequence(sequence) }
    let sought = try arguments.bind(["value"], required: 1)[0] ?? .none
    try interpreter.chargeComparison(sought, .sequence(sequence), .contained)
    if name == "count" {
      return .integer(sequence.items.count { TemplateValue.areEqual($0, sought) })
    }
    guard let index = sequence.items.firstIndex(where: { TemplateValue.areEqual($0, sought) })
    else {
      throw TemplateError.make("`index` finds nothing", found: sought.shown)
    }
    return .integer(index)
  }
}

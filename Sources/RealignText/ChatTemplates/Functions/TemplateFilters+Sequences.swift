extension TemplateFilters {
  static let length: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    switch value {
    case .text, .sequence, .dictionary: return .integer(value.count)
    case .undefined: return .integer(0)
    case .object(let loop as TemplateLoop): return loop.attribute("length") ?? .integer(0)
    default: throw TemplateError.type("`length`", value, expected: "a text, list or dictionary")
    }
  }

  static let list: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    return try .list(interpreter.iterate(value))
  }

  static let first: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    if let text = value.asText, let unit = text.units.first {
      return .text(TemplateText(units: [unit]))
    }
    if case .sequence(let sequence) = value, let first = sequence.items.first { return first }
    return try interpreter.iterate(value).first
      ?? .undefined("no first item, the sequence was empty")
  }

  static let last: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    if case .object = value {
      throw TemplateError.type("`last`", value, expected: "a list, text or dictionary")
    }
    if let text = value.asText, let unit = text.units.last {
      return .text(TemplateText(units: [unit]))
    }
    if case .sequence(let sequence) = value, let last = sequence.items.last { return last }
    return try interpreter.iterate(value).last
      ?? .undefined("no last item, the sequence was empty")
  }

  static let reverse: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    if let text = value.asText { return .text(text.reversed()) }
    return try .generator(interpreter.iterate(value).reversed())
  }

  static let join: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["d", "attribute"])
    let separator = try values[0].map { try interpreter.text(of: $0) } ?? TemplateText()
    let path = Path(values[1], interpreter)
    var parts: [TemplateText] = []
    var total = 0.0
    for item in try interpreter.iterate(value) {
      parts.append(try interpreter.text(of: path.value(of: item)))
      let added = (parts.last?.count ?? 0) + separator.count
      total += Double(added)
      try interpreter.admit(characters: total, added: added)
    }
    return .text(separator.joining(parts))
  }

  static let items: Filter = { value, arguments, interpreter in
    _ = try arguments.bind([])
    switch value {
    case .undefined: return try .generator([])
    case .dictionary(let dictionary):
      try interpreter.charge(items: 4 * dictionary.count)
      return try .generator(dictionary.items())
    default: throw TemplateError.type("`items`", value, expected: "a dictionary")
    }
  }

  static let dictionarySort: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["case_sensitive", "by", "reverse"])
    guard case .dictionary(let dictionary) = value else {
      throw TemplateError.type("`dictsort`", value, expected: "a dictionary")
    }
    try interpreter.charge(items: 4 * dictionary.count)
    let by = try arguments.text(values[1], "by")?.string ?? "key"
    guard by == "key" || by == "value" else {
      throw arguments.failure("by=\(by)", ["\"key\" or \"value\""])
    }
    let keyed = try zip(dictionary.keys, dictionary.values).map { item, value in
      (
        key: try key(by == "key" ? item : value, caseSensitive: values[0], interpreter),
        item: (item, value)
      )
    }
    let sorted = try sorted(keyed, isReversed: values[2]?.isTrue ?? false, interpreter)
    return try .list(sorted.map { try .tuple([$0.0, $0.1]) })
  }

  static let sort: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["reverse", "case_sensitive", "attribute"])
    let paths =
      values[2]?.asText.map { text in
        text.split(at: TemplateText(",")).map { Path(.text($0), interpreter) }
      } ?? [Path(values[2], interpreter)]
    let keyed = try interpreter.iterate(value).map { item in
      let keys = try paths.map {
        try key($0.value(of: item), caseSensitive: values[1], interpreter)
      }
      return (key: try TemplateValue.list(keys), item: item)
    }
    return try .list(sorted(keyed, isReversed: values[0]?.isTrue ?? false, interpreter))
  }

  static let unique: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["case_sensitive", "attribute"])
    let path = Path(values[1], interpreter)
    var seen: Set<TemplateKey> = []
    let kept = try interpreter.iterate(value).filter { item in
      let compared = try key(path.value(of: item), caseSensitive: values[0], interpreter)
      try interpreter.charge(compared.extent.weight)
      return seen.insert(try TemplateKey(compared)).inserted
    }
    return try .generator(kept)
  }

  static let group: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["attribute", "default", "case_sensitive"], required: 1)
    let path = Path(values[0], interpreter)
    let keyed = try interpreter.iterate(value).map { item in
      let found = try path.value(of: item, standard: values[1])
      return (key: try key(found, caseSensitive: values[2], interpreter), item: (found, item))
    }
    var groups: [(name: TemplateValue, items: [TemplateValue])] = []
    for (name, item) in try sorted(keyed, isReversed: false, interpreter) {
      let compared = try key(name, caseSensitive: values[2], interpreter)
      if let last = groups.last,
        try TemplateValue.areEqual(key(last.name, caseSensitive: values[2], interpreter), compared)
      {
        groups[groups.count - 1].items.append(item)
      } else {
        groups.append((name, [item]))
      }
    }
    return try .list(groups.map { try .tuple([$0.name, .list($0.items)]) })
  }

  static let minimum: Filter = { value, arguments, interpreter in
    try extreme(value, arguments, interpreter, isReversed: false)
  }

  static let maximum: Filter = { value, arguments, interpreter in
    try extreme(value, arguments, interpreter, isReversed: true)
  }

  private static func extreme(
    _ value: TemplateValue,
    _ arguments: TemplateArguments,
    _ interpreter: TemplateInterpreter,
    isReversed: Bool
  ) throws -> TemplateValue {
    let values = try arguments.bind(["case_sensitive", "attribute"])
    let path = Path(values[1], interpreter)
    let keyed = try interpreter.iterate(value).map { item in
      (key: try key(path.value(of: item), caseSensitive: values[0], interpreter), item: item)
    }
    return try sorted(keyed, isReversed: isReversed, interpreter).first
      ?? .undefined("no item, the sequence was empty")
  }

  static let sum: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["attribute", "start"])
    let path = Path(values[0], interpreter)
    return try interpreter.iterate(value).reduce(values[1] ?? .integer(0)) { total, item in
      try TemplateArithmetic.apply(.add, total, path.value(of: item), interpreter)
    }
  }

  static let batch: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["linecount", "fill_with"], required: 1)
    let size = try arguments.integer(values[0], "linecount") ?? 1
    guard size > 0 else { throw arguments.failure("linecount \(size)", ["at least 1"]) }
    let items = try interpreter.iterate(value)
    var batches = stride(from: 0, to: items.count, by: size).map {
      Array(items[$0..<min($0 + min(size, items.count), items.count)])
    }
    if let fill = values[1], !fill.isNone, let last = batches.last, last.count < size {
      try interpreter.admit(items: size)
      batches[batches.count - 1] += [TemplateValue](repeating: fill, count: size - last.count)
    }
    return try .generator(batches.map { try .list($0) })
  }

  static let slice: Filter = { value, arguments, interpreter in
    let values = try arguments.bind(["slices", "fill_with"], required: 1)
    let count = try arguments.integer(values[0], "slices") ?? 1
    guard count > 0 else { throw arguments.failure("slices \(count)", ["at least 1"]) }
    try interpreter.admit(items: count)
    let items = try interpreter.iterate(value)
    let (size, longer) = (items.count / count, items.count % count)
    var start = 0
    let slices = try (0..<count).map { position in
      let end = start + size + (position < longer ? 1 : 0)
      defer { start = end }
      let isFilled = position >= longer && values[1].map { !$0.isNone } == true
      let fill = isFilled ? [values[1] ?? .none] : []
      return try TemplateValue.list(Array(items[start..<end]) + fill)
    }
    return try .generator(slices)
  }
}

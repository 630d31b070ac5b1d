extension RegexParser {
  /// What follows a backslash outside of brackets.
  mutating func escape() throws(RegexProblem) -> RegexNode {
    guard let value = next else { throw problem("a pattern that ends with a backslash") }
    if take("b") { return .anchor(.wordBoundary) }
    if take("B") { return .anchor(.noWordBoundary) }
    if take("A") { return .anchor(.textStart) }
    if take("z") { return .anchor(.textEnd) }
    if take("Z") {
      let lastBreak = RegexNode.repetition(
        .set(.lineFeed),
        minimum: 0,
        maximum: 1,
        mode: .greedy
      )
      return .ahead(.sequence([lastBreak, .anchor(.textEnd)]), isNegated: false)
    }
    if let set = try classEscape(words: .words) { return .set(set) }
    if 0x31...0x39 ~= value { throw unsupported("a reference to a group is") }
    return literal(try scalarEscape())
  }

  /// A set such as `\s` or `\p{L}`, if one follows the backslash.
  ///
  /// - Parameter words: What `\w` means there.
  mutating func classEscape(words: ScalarSet) throws(RegexProblem) -> ScalarSet? {
    if take("s") { return .spaces }
    if take("S") { return .complement(.spaces) }
    if take("d") { return .digits }
    if take("D") { return .complement(.digits) }
    if take("w") { return words }
    if take("W") { return .complement(words) }
    if take("h") { return .hexadecimalDigits }
    if take("H") { return .complement(.hexadecimalDigits) }
    if take("p{") { return try property() }
    if take("P{") { return .complement(try property()) }
    return nil
  }

  private mutating func property() throws(RegexProblem) -> ScalarSet {
    let isNegated = take("^")
    var name = ""
    while let value = next, value != UInt32(ascii: "}"), let scalar = Unicode.Scalar(value) {
      position += 1
      if scalar != " ", scalar != "_", scalar != "-" { name.unicodeScalars.append(scalar) }
    }
    guard take("}") else { throw problem("a property without end", expected: "}") }
    guard let set = Self.property(named: name.lowercased()) else {
      throw unsupported("the property \(name) is")
    }
    return isNegated ? .complement(set) : set
  }

  private static func property(named name: String) -> ScalarSet? {
    switch name {
    case "alpha": return property(named: "alphabetic")
    case "alnum":
      return property(named: "alphabetic").map { .union([$0, .digits]) }
    case "upper": return property(named: "uppercase")
    case "lower": return property(named: "lowercase")
    case "space": return .spaces
    case "word": return .words
    case "digit": return .digits
    case "xdigit": return .hexadecimalDigits
    case "ascii": return .range(0, 0x7F)
    default:
      if let mask = GeneralCategory.mask(named: name) { return .categories(mask) }
      return UnicodeProperties.named[name].map { .runs($0) }
    }
  }

  /// The scalar that an escape such as `\n`, `\x{41}` or `\.` stands for.
  mutating func scalarEscape() throws(RegexProblem) -> UInt32 {
    guard let value = next, let scalar = Unicode.Scalar(value) else {
      throw problem("a pattern that ends with a backslash")
    }
    position += 1
    switch scalar {
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "f": return 0x0C
    case "v": return 0x0B
    case "a": return 0x07
    case "e": return 0x1B
    case "x":
      if take("{") {
        let code = hexadecimal(maximum: 8)
        guard take("}") else { throw problem("a character code without end", expected: "}") }
        return try checked(code)
      }
      return try checked(hexadecimal(maximum: 2))
    case "u": return try checked(hexadecimal(maximum: 4))
    case "0"..."9", "a"..."z", "A"..."Z":
      position -= 1
      throw unsupported("the escape \\\(scalar) is")
    default: return value
    }
  }

  private func checked(_ code: UInt32?) throws(RegexProblem) -> UInt32 {
    guard let code, Unicode.Scalar(code) != nil else { throw problem("not a character code") }
    return code
  }

  private mutating func hexadecimal(maximum: Int) -> UInt32? {
    var text = ""
    while text.count < maximum, let value = next, let scalar = Unicode.Scalar(value),
      scalar.isASCII, Character(scalar).isHexDigit
    {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    return UInt32(text, radix: 16)
  }

  /// The rest of a set after its opening bracket.
  mutating func bracketSet() throws(RegexProblem) -> ScalarSet {
    let isNegated = take("^")
    var parts: [ScalarSet] = []
    var items: [ScalarSet] = []
    var isFirst = true
    while let value = next {
      if value == UInt32(ascii: "]"), !isFirst { break }
      isFirst = false
      if take("&&") {
        guard parts.count < Self.maximumSetParts else { throw problem("a set of too many parts") }
        parts.append(try joined(items))
        items = []
      } else {
        items.append(try setItem())
      }
    }
    guard take("]") else { throw problem("a set without end", expected: "]") }
    parts.append(try joined(items))
    let set = parts.count == 1 ? parts[0] : .intersection(parts)
    let folded = ignoresCase ? ScalarSet.anyCase(set) : set
    return isNegated ? .complement(folded) : folded
  }

  /// The union of a set's items, bounded as every scalar of a text is looked for in all of it.
  private func joined(_ items: [ScalarSet]) throws(RegexProblem) -> ScalarSet {
    let set = ScalarSet.joining(items)
    if case .union(let parts) = set, parts.count > Self.maximumSetParts {
      throw problem("a set of too many parts", expected: "at most \(Self.maximumSetParts)")
    }
    return set
  }

  private mutating func setItem() throws(RegexProblem) -> ScalarSet {
    if take("[:") { return try posixName() }
    if take("[") {
      return try nested { (parser) throws(RegexProblem) in try parser.bracketSet() }
    }
    if take("\\") {
      if take("b") { return .scalar(0x08) }
      if let set = try classEscape(words: .wordsInSets) { return set }
      return try range(from: scalarEscape())
    }
    guard let value = next else { throw problem("a set without end", expected: "]") }
    position += 1
    return try range(from: value)
  }

  /// A range, if a hyphen and its end follow, otherwise the one scalar.
  private mutating func range(from first: UInt32) throws(RegexProblem) -> ScalarSet {
    guard next == UInt32(ascii: "-"), position + 1 < scalars.count,
      scalars[position + 1] != UInt32(ascii: "]"), scalars[position + 1] != UInt32(ascii: "[")
    else { return .scalar(first) }
    position += 1
    var last = scalars[position]
    position += 1
    if last == UInt32(ascii: "\\") {
      if next.map({ "sSdDwWhHpP".unicodeScalars.map(\.value).contains($0) }) ?? false {
        throw problem("a range that ends with a set")
      }
      last = try scalarEscape()
    }
    guard first <= last else { throw problem("a range whose end is before its start") }
    return .range(first, last)
  }

  private mutating func posixName() throws(RegexProblem) -> ScalarSet {
    let isNegated = take("^")
    var name = ""
    while let value = next, value != UInt32(ascii: ":"), let scalar = Unicode.Scalar(value) {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard take(":]"), let set = Self.posixSet(name) else {
      throw unsupported("the set [:\(name):] is")
    }
    return isNegated ? .complement(set) : set
  }

  private static func posixSet(_ name: String) -> ScalarSet? {
    switch name {
    case "cntrl": return property(named: "cc")
    case "punct":
      // Unlike `\p{punct}` it has the symbols too.
      return property(named: "p").flatMap { marks in
        property(named: "s").map { .union([marks, $0]) }
      }
    case "word": return .wordsInSets
    case "alpha", "alnum", "upper", "lower", "digit", "space", "xdigit", "ascii":
      return property(named: name)
    default: return nil
    }
  }
}

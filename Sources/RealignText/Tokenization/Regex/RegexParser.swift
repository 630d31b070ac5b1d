/// Reads regular expressions in the syntax of Oniguruma, as far as they are regular.
struct RegexParser {
  /// Patterns longer than this many scalars are refused.
  static let maximumLength = 16_384
  /// Deeper nesting of groups and sets is refused.
  static let maximumDepth = 64
  /// Sets of more sets, ranges and categories counting as one each, are refused.
  static let maximumSetParts = 32
  /// Greater repetition counts are refused.
  static let maximumCount = 1000

  let scalars: [UInt32]
  var position = 0
  var ignoresCase = false
  private var depth = 0

  private init(_ pattern: String) { scalars = pattern.unicodeScalars.map(\.value) }

  /// The expression that a pattern spells.
  static func parse(_ pattern: String) throws(RegexProblem) -> RegexNode {
    var parser = RegexParser(pattern)
    guard parser.scalars.count <= maximumLength else {
      throw RegexProblem(
        message: "a pattern too long",
        position: 0,
        expected: "at most \(maximumLength) characters"
      )
    }
    let node = try parser.alternatives()
    guard parser.position == parser.scalars.count else {
      throw parser.problem("a closing parenthesis without an opening one")
    }
    return node
  }

  func problem(_ message: String, expected: String? = nil) -> RegexProblem {
    RegexProblem(message: message, position: position, expected: expected)
  }

  func unsupported(_ what: String) -> RegexProblem {
    problem("\(what) not supported", expected: RegexProblem.supported)
  }

  var next: UInt32? { position < scalars.count ? scalars[position] : nil }

  mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars.map(\.value)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  /// Runs the body one level deeper.
  mutating func nested<T>(
    _ body: (inout RegexParser) throws(RegexProblem) -> T
  ) throws(RegexProblem) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw problem("nested too deeply", expected: "at most \(Self.maximumDepth) levels")
    }
    return try body(&self)
  }

  private mutating func alternatives() throws(RegexProblem) -> RegexNode {
    let outerCase = ignoresCase
    defer { ignoresCase = outerCase }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(RegexProblem) -> RegexNode {
    var nodes: [RegexNode] = []
    while let value = next, value != UInt32(ascii: "|"), value != UInt32(ascii: ")") {
      guard let node = try atom() else { continue }
      nodes.append(try repeated(node))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  /// One thing that can be repeated; `nil` for a comment or a switch.
  private mutating func atom() throws(RegexProblem) -> RegexNode? {
    if take("(") { return try nested { (parser) throws(RegexProblem) in try parser.group() } }
    if take("[") {
      return .set(try nested { (parser) throws(RegexProblem) in try parser.bracketSet() })
    }
    if take("\\") { return try escape() }
    if take(".") { return .set(.complement(.lineFeed)) }
    if take("^") { return .anchor(.lineStart) }
    if take("$") { return .anchor(.lineEnd) }
    guard let value = next else { return nil }
    if "*+?".unicodeScalars.contains(where: { $0.value == value }) {
      throw problem("a repetition of nothing")
    }
    position += 1
    return literal(value)
  }

  func literal(_ value: UInt32) -> RegexNode {
    .set(ignoresCase ? .anyCase(.scalar(value)) : .scalar(value))
  }

  private mutating func group() throws(RegexProblem) -> RegexNode? {
    if take("?#") {
      while let value = next, value != UInt32(ascii: ")") { position += 1 }
      return try closed(nil)
    }
    if take("?:") { return try closed(alternatives()) }
    if take("?=") { return try closed(.ahead(alternatives(), isNegated: false)) }
    if take("?!") { return try closed(.ahead(alternatives(), isNegated: true)) }
    if take("?<=") { return try closed(behind(isNegated: false)) }
    if take("?<!") { return try closed(behind(isNegated: true)) }
    if take("?>") { return try closed(atomic(alternatives())) }
    if take("?i:") { return try closed(inCase(ignored: true)) }
    if take("?-i:") { return try closed(inCase(ignored: false)) }
    if take("?i)") {
      ignoresCase = true
      return nil
    }
    if take("?-i)") {
      ignoresCase = false
      return nil
    }
    if next == UInt32(ascii: "?") { throw unsupported("this kind of group is") }
    return try closed(alternatives())
  }

  private mutating func closed(_ node: RegexNode?) throws(RegexProblem) -> RegexNode? {
    guard take(")") else { throw problem("a group without end", expected: ")") }
    return node
  }

  private mutating func inCase(ignored: Bool) throws(RegexProblem) -> RegexNode {
    let outer = ignoresCase
    defer { ignoresCase = outer }
    ignoresCase = ignored
    return try alternatives()
  }

  private mutating func behind(isNegated: Bool) throws(RegexProblem) -> RegexNode {
    let node = try alternatives()
    guard let set = Self.oneScalar(node) else {
      throw unsupported("lookbehind of more than one character is")
    }
    return .behind(set, isNegated: isNegated)
  }

  /// The set of an expression that matches exactly one scalar.
  private static func oneScalar(_ node: RegexNode) -> ScalarSet? {
    switch node {
    case .set(let set): return set
    case .alternatives(let branches):
      let sets = branches.compactMap(oneScalar)
      return sets.count == branches.count ? .union(sets) : nil
    default: return nil
    }
  }

  private func atomic(_ node: RegexNode) throws(RegexProblem) -> RegexNode {
    if case .set = node { return node }
    if case .repetition(.set(let set), let minimum, nil, .greedy) = node {
      return .repetition(.set(set), minimum: minimum, maximum: nil, mode: .possessive)
    }
    throw unsupported("an atomic group of more than a repeated character is")
  }
}

extension UInt32 {
  /// The value of an ASCII character.
  init(ascii scalar: Unicode.Scalar) { self = scalar.value }
}

extension RegexParser {
  /// A node with the repetitions that follow it.
  mutating func repeated(_ node: RegexNode) throws(RegexProblem) -> RegexNode {
    var node = node
    var count = 0
    while let bounds = try bounds() {
      count += 1
      guard count <= Self.maximumDepth else {
        throw problem("too many repetitions of one", expected: "at most \(Self.maximumDepth)")
      }
      let mode: RegexNode.Mode
      if take("?") {
        mode = .lazy
      } else if !bounds.isInterval, take("+") {
        // After an interval `+` repeats the interval: Oniguruma's reading.
        mode = .possessive
      } else {
        mode = .greedy
      }
      node = try repetition(node, bounds.minimum, bounds.maximum, mode)
    }
    return node
  }

  private func repetition(
    _ node: RegexNode,
    _ minimum: Int,
    _ maximum: Int?,
    _ mode: RegexNode.Mode
  ) throws(RegexProblem) -> RegexNode {
    if maximum == nil, mode == .greedy, let inner = Self.optional(node) {
      return .repetition(inner, minimum: 0, maximum: nil, mode: .greedy)
    }
    if maximum == nil, node.canBeEmpty {
      throw unsupported("unbounded repetition of what can be empty is")
    }
    if mode == .possessive {
      guard case .set = node else {
        throw unsupported("possessive repetition of more than a character is")
      }
    }
    return .repetition(node, minimum: minimum, maximum: maximum, mode: mode)
  }

  /// What `x*` and `x?` repeat; repeated again without bound they are `x*`.
  private static func optional(_ node: RegexNode) -> RegexNode? {
    guard case .repetition(let inner, 0, let maximum, .greedy) = node, maximum ?? 1 == 1,
      !inner.canBeEmpty
    else { return nil }
    return inner
  }

  private typealias Bounds = (minimum: Int, maximum: Int?, isInterval: Bool)

  private mutating func bounds() throws(RegexProblem) -> Bounds? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    let start = position
    guard take("{") else { return nil }
    let minimum = number()
    let isOpen = take(",")
    let maximum = isOpen ? number() : minimum
    guard take("}"), minimum != nil || maximum != nil else {
      // A brace that begins no interval stands for itself.
      position = start
      return nil
    }
    for count in [minimum, maximum].compactMap(\.self) where count > Self.maximumCount {
      throw problem("a repetition count of \(count)", expected: "at most \(Self.maximumCount)")
    }
    if let minimum, let maximum, minimum > maximum {
      throw problem("a repetition from \(minimum) to \(maximum)", expected: "the lesser first")
    }
    return (minimum ?? 0, maximum, true)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next, 0x30...0x39 ~= digit {
      value = min(1_000_000, 10 * (value ?? 0) + Int(digit) - 0x30)
      position += 1
    }
    return value
  }
}

/// A regular expression as a list of steps, numbered so that a step's successors are known.
struct RegexProgram: Sendable {
  /// One step; `next` and the like are step numbers.
  enum Step: Sendable, Equatable {
    /// The end of the expression, or of a lookahead.
    case match
    /// Takes one scalar of a set, by the set's bit.
    case take(bit: Int, next: Int)
    /// Goes to the first, or, if that cannot lead to a match, to the second.
    case choose(Int, Int)
    /// Goes on if what follows matches, or does not.
    case ahead(body: Int, isNegated: Bool, next: Int)
    /// Goes on if the scalar before is in a set, or is not.
    case behind(bit: Int, isNegated: Bool, next: Int)
    /// Goes on at a place.
    case anchor(RegexNode.Anchor, next: Int)
  }

  /// Longer programs are refused.
  static let maximumSteps = 4096
  /// Bits of sets in a signature; the last marks the absence of a scalar.
  static let maximumSets = 63

  private(set) var steps: [Step] = [.match]
  private(set) var sets: [ScalarSet] = []
  /// Where a match begins.
  private(set) var start = 0
  /// The steps in an order in which each comes after those it goes to without taking a scalar.
  private(set) var order: [Int] = []
  /// Whether a step looks at the scalar before.
  private(set) var looksBack = false
  private(set) var lineFeedBit = 0
  private(set) var wordBit = 0

  /// The program of an expression.
  ///
  /// - Throws: `RegexProblem` if it is too large.
  init(_ node: RegexNode) throws(RegexProblem) {
    start = try compile(node, next: 0)
    order = ordered()
  }

  private mutating func add(_ step: Step) throws(RegexProblem) -> Int {
    guard steps.count < Self.maximumSteps else {
      throw RegexProblem(
        message: "a pattern too large with its repetitions written out",
        position: 0,
        expected: "at most \(Self.maximumSteps) steps"
      )
    }
    steps.append(step)
    return steps.count - 1
  }

  private mutating func bit(of set: ScalarSet) throws(RegexProblem) -> Int {
    if let known = sets.firstIndex(of: set) { return known }
    guard sets.count < Self.maximumSets else {
      throw RegexProblem(
        message: "too many different sets and characters",
        position: 0,
        expected: "at most \(Self.maximumSets)"
      )
    }
    sets.append(set)
    return sets.count - 1
  }

  private mutating func compile(_ node: RegexNode, next: Int) throws(RegexProblem) -> Int {
    switch node {
    case .empty: return next
    case .set(let set): return try add(.take(bit: bit(of: set), next: next))
    case .sequence(let nodes):
      var next = next
      for node in nodes.reversed() { next = try compile(node, next: next) }
      return next
    case .alternatives(let nodes):
      var first: Int?
      for node in nodes.reversed() {
        let branch = try compile(node, next: next)
        if let other = first { first = try add(.choose(branch, other)) } else { first = branch }
      }
      return first ?? next
    case .repetition(let node, let minimum, let maximum, let mode):
      return try compileRepetition(node, minimum, maximum, mode, next)
    case .ahead(let node, let isNegated):
      let body = try compile(node, next: 0)
      return try add(.ahead(body: body, isNegated: isNegated, next: next))
    case .behind(let set, let isNegated):
      looksBack = true
      return try add(.behind(bit: bit(of: set), isNegated: isNegated, next: next))
    case .anchor(let anchor):
      if anchor != .textEnd, anchor != .lineEnd { looksBack = true }
      if anchor == .lineStart || anchor == .lineEnd { lineFeedBit = try bit(of: .lineFeed) }
      if anchor == .wordBoundary || anchor == .noWordBoundary { wordBit = try bit(of: .words) }
      return try add(.anchor(anchor, next: next))
    }
  }

  /// `x{2,}` as `xxx*` and `x{2,4}` as `xx(x(x)?)?`; a possessive repetition of a set is a greedy
  /// one that no member of the set follows.
  private mutating func compileRepetition(
    _ node: RegexNode,
    _ minimum: Int,
    _ maximum: Int?,
    _ mode: RegexNode.Mode,
    _ next: Int
  ) throws(RegexProblem) -> Int {
    var end = next
    if mode == .possessive {
      let body = try compile(node, next: 0)
      end = try add(.ahead(body: body, isNegated: true, next: next))
    }
    var first = end
    if let maximum {
      for _ in 0..<max(0, maximum - minimum) {
        // Possessive is only `x?+`, which takes an `x` or stands where none follows.
        let body = try compile(node, next: mode == .possessive ? next : first)
        first = try add(mode == .lazy ? .choose(end, body) : .choose(body, end))
      }
    } else {
      first = try add(.choose(0, 0))
      let body = try compile(node, next: first)
      steps[first] = mode == .lazy ? .choose(end, body) : .choose(body, end)
    }
    for _ in 0..<minimum {
      let count = steps.count
      first = try compile(node, next: first)
      // What needs no step needs none however often it is repeated.
      if steps.count == count { break }
    }
    return first
  }

  /// Depth-first over the steps that follow without taking a scalar; the parser admits no cycle.
  private func ordered() -> [Int] {
    var result: [Int] = []
    var isSeen = [Bool](repeating: false, count: steps.count)
    for root in steps.indices where !isSeen[root] {
      isSeen[root] = true
      var stack = [(step: root, followers: followers(of: root))]
      while let top = stack.indices.last {
        guard let follower = stack[top].followers.popLast() else {
          result.append(stack[top].step)
          stack.removeLast()
          continue
        }
        guard !isSeen[follower] else { continue }
        isSeen[follower] = true
        stack.append((follower, followers(of: follower)))
      }
    }
    return result
  }

  private func followers(of step: Int) -> [Int] {
    switch steps[step] {
    case .match, .take: []
    case .choose(let first, let second): [first, second]
    case .ahead(let body, _, let next): [body, next]
    case .behind(_, _, let next), .anchor(_, let next): [next]
    }
  }
}

/// A regular expression as parsed.
indirect enum RegexNode: Sendable, Equatable {
  /// How often a repetition tries to repeat.
  enum Mode: Sendable { case greedy, lazy, possessive }

  /// A place in the text.
  enum Anchor: Sendable {
    case lineStart, lineEnd, textStart, textEnd, wordBoundary, noWordBoundary
  }

  /// Nothing.
  case empty
  /// One scalar of a set.
  case set(ScalarSet)
  /// One after the other.
  case sequence([RegexNode])
  /// The first that matches.
  case alternatives([RegexNode])
  /// As often as allowed; no upper bound where `maximum` is `nil`.
  case repetition(RegexNode, minimum: Int, maximum: Int?, mode: Mode)
  /// What follows matches, or does not.
  case ahead(RegexNode, isNegated: Bool)
  /// The scalar before is in a set, or is not.
  case behind(ScalarSet, isNegated: Bool)
  /// A place.
  case anchor(Anchor)

  /// Whether it can match no text at all.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .ahead, .behind, .anchor: true
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternatives(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    }
  }
}

/// Why a regular expression cannot be used.
struct RegexProblem: Error, Equatable {
  /// What is wrong with it.
  var message: String
  /// Where in the pattern, in scalars from 0.
  var position: Int
  /// What would have been right.
  var expected: String?

  /// What regular expressions may be made of.
  static let supported =
    "literals, sets with \\p{…}, && and POSIX names, groups without capture references, "
    + "alternatives, repetitions, lookahead, lookbehind of one character, anchors, (?i)"
}

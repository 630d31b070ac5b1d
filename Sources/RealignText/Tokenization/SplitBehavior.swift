/// What becomes of the matches of a pattern by which text is split.
enum SplitBehavior: String, CaseIterable, Sendable {
  /// They vanish.
  case removed = "Removed"
  /// Each is a piece.
  case isolated = "Isolated"
  /// Each ends the piece before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// Each begins the piece after it.
  case mergedWithNext = "MergedWithNext"
  /// Adjacent ones are a piece together.
  case contiguous = "Contiguous"

  /// The pieces of a part of a text.
  ///
  /// - Parameter matches: Ranges within the part, in order.
  func pieces(
    of part: Range<Int>,
    matches: [Range<Int>],
    inverted: Bool = false
  ) -> [Range<Int>] {
    let stretches = Self.stretches(of: part, matches: matches, inverted: inverted)
    switch self {
    case .removed: return stretches.filter { !$0.isMatch }.map(\.range)
    case .isolated: return stretches.map(\.range)
    case .contiguous:
      return Self.joined(stretches) { before, stretch in before.isMatch == stretch.isMatch }
    case .mergedWithPrevious:
      return Self.joined(stretches) { before, stretch in stretch.isMatch && !before.isMatch }
    case .mergedWithNext:
      return Self.joined(stretches) { before, stretch in before.isMatch && !stretch.isMatch }
    }
  }

  private typealias Stretch = (range: Range<Int>, isMatch: Bool)

  /// Joins every stretch to the one before it where the rule says so.
  private static func joined(
    _ stretches: [Stretch],
    rule: (_ before: Stretch, _ stretch: Stretch) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var before: Stretch?
    for stretch in stretches {
      if let last = before, rule(last, stretch), let index = result.indices.last {
        result[index] = result[index].lowerBound..<stretch.range.upperBound
      } else {
        result.append(stretch.range)
      }
      before = stretch
    }
    return result
  }

  /// Matches and what lies between them.
  private static func stretches(
    of part: Range<Int>,
    matches: [Range<Int>],
    inverted: Bool
  ) -> [Stretch] {
    var result: [Stretch] = []
    var position = part.lowerBound
    for match in matches {
      if position < match.lowerBound { result.append((position..<match.lowerBound, inverted)) }
      result.append((match, !inverted))
      position = match.upperBound
    }
    if position < part.upperBound { result.append((position..<part.upperBound, inverted)) }
    return result
  }
}

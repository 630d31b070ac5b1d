import Synchronization

/// A regular expression that finds its matches as a backtracking engine would, in linear time.
///
/// Two passes: backwards over the text for the steps from which the rest can match, forwards taking
/// at every choice the first step that can. Nothing is ever tried in vain, so that no pattern and
/// no text makes it slow.
struct LinearRegex: Sendable {
  /// The pattern as written.
  let pattern: String
  /// Whether there may be matches of no text.
  let canBeEmpty: Bool
  private let program: RegexProgram
  private let cache: SharedCache

  /// States found by one search are there for the next.
  private final class SharedCache: Sendable {
    let content: Mutex<RegexCache>
    init(_ program: RegexProgram) { content = Mutex(RegexCache(program)) }
  }

  /// The expression of a pattern.
  ///
  /// - Throws: `RegexProblem` naming what cannot be used.
  init(_ pattern: String) throws(RegexProblem) {
    self.pattern = pattern
    let node = try RegexParser.parse(pattern)
    canBeEmpty = node.canBeEmpty
    program = try RegexProgram(node)
    cache = SharedCache(program)
  }

  /// The byte ranges of all matches within a part of well-formed UTF-8, which is all that the
  /// expression sees.
  ///
  /// A match is sought from the end of the one before; an empty one right there is passed over.
  func matches(in bytes: [UInt8], _ part: Range<Int>) -> [Range<Int>] {
    cache.content.withLockIfAvailable { matches(bytes, part, &$0) }
      ?? {
        var own = RegexCache(program)
        return matches(bytes, part, &own)
      }()
  }

  private func matches(
    _ bytes: [UInt8],
    _ part: Range<Int>,
    _ cache: inout RegexCache
  ) -> [Range<Int>] {
    cache.trim()
    var places: [Int32] = []
    var scalars: [Int32] = []
    var position = part.lowerBound
    while position < part.upperBound {
      let (value, length) = ScalarClassTable.decode(bytes, at: position)
      places.append(Int32(truncatingIfNeeded: position))
      scalars.append(cache.signatureNumber(value))
      position += length
    }
    places.append(Int32(truncatingIfNeeded: position))
    let count = scalars.count
    let outside = cache.outsideNumber()
    var states = [Int32](repeating: -1, count: count + 1)
    for index in stride(from: count, through: 0, by: -1) {
      states[index] = cache.state(
        before: index < count ? states[index + 1] : -1,
        scalar: index < count ? scalars[index] : outside,
        previous: index > 0 ? scalars[index - 1] : outside
      )
    }
    return walk(states, places, cache)
  }

  private func walk(
    _ states: [Int32],
    _ places: [Int32],
    _ cache: RegexCache
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    var lastEnd: Int?
    while start < states.count {
      guard cache.isLive(program.start, states[start]) else {
        start += 1
        continue
      }
      let end = matchEnd(from: start, states, cache)
      if end == start, lastEnd == start {
        start += 1
        continue
      }
      result.append(Int(places[start])..<Int(places[end]))
      lastEnd = end
      start = end
    }
    return result
  }

  /// The end of the match that begins where the first step is live.
  private func matchEnd(from start: Int, _ states: [Int32], _ cache: RegexCache) -> Int {
    var position = start
    var step = program.start
    while true {
      switch program.steps[step] {
      case .match: return position
      case .take(_, let next):
        step = next
        position += 1
      case .choose(let first, let second):
        step = cache.isLive(first, states[position]) ? first : second
      case .ahead(_, _, let next), .behind(_, _, let next), .anchor(_, let next): step = next
      }
    }
  }
}

/// What text is split or replaced by.
enum TextPattern: Sendable {
  /// These bytes.
  case literal([UInt8])
  /// Single scalars.
  case scalar(@Sendable (UInt32) -> Bool)
  /// A pattern known by heart; its matches cover the text.
  case words(WordPattern)
  /// A regular expression.
  case expression(LinearRegex)

  /// The byte ranges of all matches within a part of well-formed UTF-8, in order.
  func matches(in bytes: [UInt8], _ part: Range<Int>) -> [Range<Int>] {
    switch self {
    case .literal(let literal): return Self.occurrences(of: literal, in: bytes, part)
    case .expression(let expression): return expression.matches(in: bytes, part)
    case .words(let pattern):
      var result: [Range<Int>] = []
      WordSplitter(digits: .kept, pattern: pattern)
        .forEachWord(in: bytes, part) { result.append($0) }
      return result
    case .scalar(let isMatch):
      var result: [Range<Int>] = []
      var position = part.lowerBound
      while position < part.upperBound {
        let (value, length) = ScalarClassTable.decode(bytes, at: position)
        if isMatch(value) { result.append(position..<position + length) }
        position += length
      }
      return result
    }
  }

  /// The greatest factor by which the bytes of a text can grow when every match becomes other
  /// bytes.
  func growth(replacedBy content: [UInt8]) -> Double {
    switch self {
    case .literal(let literal): max(1, (Double(content.count) / Double(literal.count)).rounded(.up))
    case .expression(let expression) where expression.canBeEmpty: Double(1 + 2 * content.count)
    default: Double(max(1, content.count))
    }
  }

  /// Where a literal occurs, without overlaps (Knuth, Morris and Pratt 1977).
  private static func occurrences(
    of literal: [UInt8],
    in bytes: [UInt8],
    _ part: Range<Int>
  ) -> [Range<Int>] {
    guard !literal.isEmpty, literal.count <= part.count else { return [] }
    var borders = [0]
    var length = 0
    for position in literal.indices.dropFirst() {
      while length > 0, literal[position] != literal[length] { length = borders[length - 1] }
      if literal[position] == literal[length] { length += 1 }
      borders.append(length)
    }
    var result: [Range<Int>] = []
    var matched = 0
    for position in part {
      while matched > 0, bytes[position] != literal[matched] { matched = borders[matched - 1] }
      if bytes[position] == literal[matched] { matched += 1 }
      if matched == literal.count {
        result.append(position + 1 - matched..<position + 1)
        matched = 0
      }
    }
    return result
  }
}

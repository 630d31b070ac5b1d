/// The pre-tokenizer: digits set apart if asked for, then words by a pattern.
struct WordSplitter: Sendable, Equatable {
  /// What happens to digits before the pattern is applied.
  enum Digits: Sendable, Equatable {
    /// Nothing.
    case kept
    /// Runs of digits are separate pieces.
    case grouped
    /// Every digit is a separate piece.
    case individual
  }

  var digits: Digits
  var pattern: WordPattern

  /// Calls the body with the byte range of every word of a part of a text, in order.
  ///
  /// The ranges cover the part without gap or overlap.
  func forEachWord(
    in bytes: [UInt8],
    _ part: Range<Int>,
    body: (Range<Int>) -> Void
  ) {
    let table = ScalarClassTable.shared
    guard digits != .kept else { return scan(bytes, part, table, body) }
    var pieceStart = part.lowerBound
    var position = part.lowerBound
    while position < part.upperBound {
      var (kind, length) = table.scalar(bytes, at: position)
      guard kind == .number || kind == .newerNumber else {
        position += length
        continue
      }
      scan(bytes, pieceStart..<position, table, body)
      let start = position
      repeat {
        position += length
        guard digits == .grouped, position < part.upperBound else { break }
        (kind, length) = table.scalar(bytes, at: position)
      } while kind == .number || kind == .newerNumber
      scan(bytes, start..<position, table, body)
      pieceStart = position
    }
    scan(bytes, pieceStart..<part.upperBound, table, body)
  }

  /// Appends the ends of the words of a part of a text, in order; each word begins where the one
  /// before ends.
  func appendWordEnds(in bytes: [UInt8], _ part: Range<Int>, to ends: inout [Int]) {
    forEachWord(in: bytes, part) { ends.append($0.upperBound) }
  }

  private func scan(
    _ bytes: [UInt8],
    _ part: Range<Int>,
    _ table: ScalarClassTable,
    _ body: (Range<Int>) -> Void
  ) {
    let scanner = WordScanner(end: part.upperBound, table: table)
    let span = bytes.span
    var position = part.lowerBound
    while position < part.upperBound {
      let stop = scanner.wordEnd(span, from: position, pattern: pattern)
      body(position..<stop)
      position = stop
    }
  }
}

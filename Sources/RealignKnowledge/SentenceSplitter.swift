/// Divides English text into sentences by rules.
///
/// A sentence ends at `.`, `!`, `?` or `…`, and closing quotes or brackets after it, when white
/// space follows and the next word does not begin in lower case. Initials, titles (*Dr.*), common
/// abbreviations (*e.g.*), list numbers and decimal points do not end one. The full-width stops of
/// Chinese and Japanese end one without white space.
public enum SentenceSplitter {
  /// What a line break means.
  public enum LineBreaks: Sendable {
    /// A blank line, a list item or a heading ends the sentence before; other line breaks are
    /// those of wrapped text.
    case wrapped
    /// Every line break ends a sentence.
    case significant
  }

  /// The sentences of a text, in order; every character that is not white space is in exactly one.
  public static func split(_ text: String, lineBreaks: LineBreaks = .wrapped) -> [Sentence] {
    let scalars = Array(text.unicodeScalars)
    return ranges(in: scalars, lineBreaks: lineBreaks).map { range in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[range])
      return Sentence(text: String(text), range: range)
    }
  }

  /// Where the sentences of a text stand, without white space around them.
  static func ranges(
    in scalars: [Unicode.Scalar],
    lineBreaks: LineBreaks = .wrapped
  ) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    func close(at end: Int) {
      let range = trimmed(scalars, start..<end)
      if !range.isEmpty { ranges.append(range) }
      start = end
    }
    var position = 0
    while position < scalars.count {
      if isNewline(scalars[position]) {
        if endsSentence(scalars, lineBreakAt: position, lineBreaks) { close(at: position) }
        position += 1
      } else if let end = sentenceEnd(scalars, terminatorAt: position, sentenceStart: start) {
        close(at: end)
        position = end
      } else {
        position += 1
      }
    }
    close(at: scalars.count)
    return ranges
  }

  private static func trimmed(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, scalars[low].isSpace { low += 1 }
    while low < high, scalars[high - 1].isSpace { high -= 1 }
    return low..<high
  }

  /// Past the end of the sentence that the character at `position` ends; nil if it ends none.
  private static func sentenceEnd(
    _ scalars: [Unicode.Scalar],
    terminatorAt position: Int,
    sentenceStart: Int
  ) -> Int? {
    let terminator = scalars[position]
    if isWideTerminator(terminator) { return position + 1 }
    guard isTerminator(terminator) else { return nil }
    var end = position + 1
    while end < scalars.count, isTerminator(scalars[end]) || closers.contains(scalars[end]) {
      end += 1
    }
    guard end < scalars.count else { return end }
    guard scalars[end].isSpace else { return nil }
    var next = end
    while next < scalars.count, scalars[next].isSpace { next += 1 }
    guard next < scalars.count else { return end }
    var word = next
    while word < scalars.count, openers.contains(scalars[word]) { word += 1 }
    if word < scalars.count, scalars[word].isLowercaseLetter { return nil }
    let isStop = terminator == "." && end == position + 1
    if isStop, isAbbreviation(scalars, stopAt: position, nextWord: word, sentenceStart) {
      return nil
    }
    return end
  }

  /// Whether the full stop at `position` belongs to the word before it.
  private static func isAbbreviation(
    _ scalars: [Unicode.Scalar],
    stopAt position: Int,
    nextWord: Int,
    _ sentenceStart: Int
  ) -> Bool {
    var low = position
    while low > sentenceStart, !scalars[low - 1].isSpace,
      !openers.contains(scalars[low - 1])
    {
      low -= 1
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[low..<position])
    let word = String(view)
    guard let first = word.unicodeScalars.first else { return false }
    let isFirstWord = scalars[sentenceStart..<low].allSatisfy(\.isSpace)
    if word.unicodeScalars.allSatisfy(isDigit) { return isFirstWord }
    if word.unicodeScalars.count == 1, first.properties.isUppercase { return true }
    let lowered = word.lowercased()
    if lowered == "no" || lowered == "nos" {
      return nextWord < scalars.count && isDigit(scalars[nextWord])
    }
    return SentenceAbbreviations.neverFinal.contains(lowered)
  }

  private static func endsSentence(
    _ scalars: [Unicode.Scalar],
    lineBreakAt position: Int,
    _ lineBreaks: LineBreaks
  ) -> Bool {
    if lineBreaks == .significant { return true }
    var next = position + 1
    while next < scalars.count, scalars[next].isSpace {
      if isNewline(scalars[next]) { return true }
      next += 1
    }
    guard next < scalars.count else { return true }
    if scalars[next] == "#" || scalars[next] == "•" { return true }
    let first = next
    while next < scalars.count, isDigit(scalars[next]) { next += 1 }
    let isNumbered =
      next > first && next + 1 < scalars.count
      && ".)".unicodeScalars.contains(
        scalars[next]
      )
    let isBullet = next == first && "-*+".unicodeScalars.contains(scalars[next])
    return (isNumbered || isBullet) && next + 1 < scalars.count
      && scalars[next + 1].isSpace
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private static func isTerminator(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar == "!" || scalar == "?" || scalar == "…"
  }

  private static func isWideTerminator(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "。" || scalar == "！" || scalar == "？"
  }

  private static let closers: Set<Unicode.Scalar> = ["\"", "'", ")", "]", "}", "”", "’", "»", "*"]
  private static let openers: Set<Unicode.Scalar> = ["\"", "'", "(", "[", "{", "“", "‘", "«", "*"]
}

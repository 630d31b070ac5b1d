/// A pattern that cuts text into words before byte pairs are merged, read by hand, without a
/// regular-expression engine: every character is looked at a bounded number of times.
enum WordPattern: Sendable, Equatable {
  /// No cutting.
  case none
  /// GPT-2's pattern, also that of SmolLM.
  case gpt2
  /// The pattern of Llama 3 and cl100k (at most 3 digits) and Qwen 2 and 3 (1 digit); with marks
  /// that of Qwen 3.5, where marks count as letters.
  case cl100k(maximumDigits: Int, marksAreLetters: Bool)

  /// The regular expressions known by heart.
  static let known: [(expression: String, pattern: WordPattern)] = [
    (
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .cl100k(maximumDigits: 3, marksAreLetters: false)
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .cl100k(maximumDigits: 1, marksAreLetters: false)
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"#
        + #"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .cl100k(maximumDigits: 1, marksAreLetters: true)
    ),
  ]
}

/// Applies a pattern within one stretch of well-formed UTF-8.
struct WordScanner {
  let bytes: [UInt8]
  let end: Int
  let table: ScalarClassTable

  /// The end of the word that begins at a position before the end.
  func wordEnd(from start: Int, pattern: WordPattern) -> Int {
    switch pattern {
    case .none: end
    case .gpt2: gpt2End(from: start)
    case .cl100k(let digits, let marks): cl100kEnd(from: start, digits: digits, marks: marks)
    }
  }

  private enum Group { case letter, number, space, other }

  private func group(
    at position: Int,
    marks: Bool = false
  ) -> (group: Group, length: Int) {
    let (kind, length) = table.scalar(bytes, at: position)
    switch kind {
    case .letter: return (.letter, length)
    case .mark: return (marks ? .letter : .other, length)
    case .number: return (.number, length)
    case .space: return (.space, length)
    case .other, .newerNumber: return (.other, length)
    }
  }

  /// The end of the run of one group.
  private func runEnd(_ wanted: Group, from start: Int, marks: Bool = false) -> Int {
    var position = start
    while position < end {
      let (found, length) = group(at: position, marks: marks)
      guard found == wanted else { break }
      position += length
    }
    return position
  }

  private func gpt2End(from start: Int) -> Int {
    if let stop = contractionEnd(from: start, ignoringCase: false) { return stop }
    var first = start
    if bytes[start] == 0x20, start + 1 < end { first += 1 }
    let found = group(at: first).group
    if found != .space { return runEnd(found, from: first) }
    return spaceEnd(from: start, runEnd: runEnd(.space, from: start))
  }

  /// `\s+(?!\S)|\s+`: all of a run at the end of the text, otherwise all but its last character
  /// unless it is the only one.
  private func spaceEnd(from start: Int, runEnd: Int) -> Int {
    guard runEnd < end else { return runEnd }
    var last = runEnd - 1
    while last > start, bytes[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : runEnd
  }

  private func cl100kEnd(from start: Int, digits: Int, marks: Bool) -> Int {
    if let stop = contractionEnd(from: start, ignoringCase: true) { return stop }
    let (found, length) = group(at: start, marks: marks)
    if found == .letter { return runEnd(.letter, from: start, marks: marks) }
    if let stop = prefixedLettersEnd(from: start, length: length, found: found, marks: marks) {
      return stop
    }
    if found == .number { return digitsEnd(from: start, maximum: digits) }
    let symbolStart = bytes[start] == 0x20 ? start + 1 : start
    let symbolEnd = runEnd(.other, from: symbolStart, marks: marks)
    if symbolEnd > symbolStart { return lineBreaksEnd(from: symbolEnd) }
    let stop = runEnd(.space, from: start)
    var lineEnd = stop
    while lineEnd > start, !isLineBreak(bytes[lineEnd - 1]) { lineEnd -= 1 }
    return lineEnd > start ? lineEnd : spaceEnd(from: start, runEnd: stop)
  }

  /// `[^\r\n\p{L}\p{N}]?\p{L}+` when it begins with the optional character.
  private func prefixedLettersEnd(
    from start: Int,
    length: Int,
    found: Group,
    marks: Bool
  ) -> Int? {
    guard found != .number, !isLineBreak(bytes[start]) else { return nil }
    let stop = runEnd(.letter, from: start + length, marks: marks)
    return stop > start + length ? stop : nil
  }

  private func digitsEnd(from start: Int, maximum: Int) -> Int {
    var position = start
    var count = 0
    while position < end, count < maximum {
      let (found, length) = group(at: position)
      guard found == .number else { break }
      position += length
      count += 1
    }
    return position
  }

  private func lineBreaksEnd(from start: Int) -> Int {
    var position = start
    while position < end, isLineBreak(bytes[position]) { position += 1 }
    return position
  }

  private func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// `'s|'t|'re|'ve|'m|'ll|'d`; ignoring case, `s` is also U+017F, the long s.
  private func contractionEnd(from start: Int, ignoringCase: Bool) -> Int? {
    guard bytes[start] == UInt8(ascii: "'"), start + 1 < end else { return nil }
    let bit: UInt8 = ignoringCase ? 0x20 : 0
    let first = bytes[start + 1] | bit
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
      guard start + 2 < end else { return nil }
      let second = bytes[start + 2] | bit
      let wanted = first == UInt8(ascii: "l") ? UInt8(ascii: "l") : UInt8(ascii: "e")
      return second == wanted ? start + 3 : nil
    default:
      let isLongS =
        ignoringCase && start + 2 < end && bytes[start + 1] == 0xC5 && bytes[start + 2] == 0xBF
      return isLongS ? start + 3 : nil
    }
  }
}

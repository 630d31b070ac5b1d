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
  let end: Int
  let table: ScalarClassTable

  /// The end of the word that begins at a position before the end.
  @inline(__always)
  func wordEnd(_ bytes: Span<UInt8>, from start: Int, pattern: WordPattern) -> Int {
    switch pattern {
    case .none: end
    case .gpt2: gpt2End(bytes, from: start)
    case .cl100k(let digits, let marks):
      cl100kEnd(bytes, from: start, digits: digits, marks: marks)
    }
  }

  private enum Group { case letter, number, space, other }

  @inline(__always)
  private func group(
    _ bytes: Span<UInt8>,
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
  private func runEnd(
    _ bytes: Span<UInt8>,
    _ wanted: Group,
    from start: Int,
    marks: Bool = false
  ) -> Int {
    var position = start
    while position < end {
      if wanted == .letter { position = lettersEnd(bytes, from: position) }
      guard position < end else { break }
      let (found, length) = group(bytes, at: position, marks: marks)
      guard found == wanted else { break }
      position &+= length
    }
    return position
  }

  /// The end of a run of ASCII letters, or a position within it: eight are looked at together.
  @inline(__always)
  private func lettersEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position &+ 8 <= end {
      let mask = EightBytes(bytes, at: position).notLetters
      if mask != 0 { return position &+ EightBytes.first(mask) }
      position &+= 8
    }
    return position
  }

  private func gpt2End(_ bytes: Span<UInt8>, from start: Int) -> Int {
    if let stop = contractionEnd(bytes, from: start, ignoringCase: false) { return stop }
    var first = start
    if bytes[start] == 0x20, start + 1 < end { first += 1 }
    let found = group(bytes, at: first).group
    if found != .space { return runEnd(bytes, found, from: first) }
    return spaceEnd(bytes, from: start, runEnd: runEnd(bytes, .space, from: start))
  }

  /// `\s+(?!\S)|\s+`: all of a run at the end of the text, otherwise all but its last character
  /// unless it is the only one.
  private func spaceEnd(_ bytes: Span<UInt8>, from start: Int, runEnd: Int) -> Int {
    guard runEnd < end else { return runEnd }
    var last = runEnd - 1
    while last > start, bytes[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : runEnd
  }

  private func cl100kEnd(
    _ bytes: Span<UInt8>,
    from start: Int,
    digits: Int,
    marks: Bool
  ) -> Int {
    if let stop = contractionEnd(bytes, from: start, ignoringCase: true) { return stop }
    let (found, length) = group(bytes, at: start, marks: marks)
    if found == .letter { return runEnd(bytes, .letter, from: start, marks: marks) }
    if let stop = prefixedLettersEnd(bytes, from: start, length: length, found: found, marks: marks)
    {
      return stop
    }
    if found == .number { return digitsEnd(bytes, from: start, maximum: digits) }
    let symbolStart = bytes[start] == 0x20 ? start + 1 : start
    let symbolEnd = runEnd(bytes, .other, from: symbolStart, marks: marks)
    if symbolEnd > symbolStart { return lineBreaksEnd(bytes, from: symbolEnd) }
    let stop = runEnd(bytes, .space, from: start)
    var lineEnd = stop
    while lineEnd > start, !isLineBreak(bytes[lineEnd - 1]) { lineEnd -= 1 }
    return lineEnd > start ? lineEnd : spaceEnd(bytes, from: start, runEnd: stop)
  }

  /// `[^\r\n\p{L}\p{N}]?\p{L}+` when it begins with the optional character.
  private func prefixedLettersEnd(
    _ bytes: Span<UInt8>,
    from start: Int,
    length: Int,
    found: Group,
    marks: Bool
  ) -> Int? {
    guard found != .number, !isLineBreak(bytes[start]) else { return nil }
    let stop = runEnd(bytes, .letter, from: start + length, marks: marks)
    return stop > start + length ? stop : nil
  }

  private func digitsEnd(_ bytes: Span<UInt8>, from start: Int, maximum: Int) -> Int {
    var position = start
    var count = 0
    while position < end, count < maximum {
      let (found, length) = group(bytes, at: position)
      guard found == .number else { break }
      position += length
      count += 1
    }
    return position
  }

  private func lineBreaksEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < end, isLineBreak(bytes[position]) { position += 1 }
    return position
  }

  private func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// `'s|'t|'re|'ve|'m|'ll|'d`; ignoring case, `s` is also U+017F, the long s.
  private func contractionEnd(_ bytes: Span<UInt8>, from start: Int, ignoringCase: Bool) -> Int? {
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

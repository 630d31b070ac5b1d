@testable import RealignText

/// Splitting patterns followed to the letter, scalar by scalar, for comparison with the scanner.
struct WordDefinition {
  let pattern: WordPattern
  let scalars: [Unicode.Scalar]

  init(_ text: String, _ pattern: WordPattern) {
    self.pattern = pattern
    scalars = Array(text.unicodeScalars)
  }

  /// The words, in order.
  var words: [String] {
    var words: [String] = []
    var start = 0
    while start < scalars.count {
      let end = alternatives(start).compactMap { $0 }.first { $0 > start } ?? start + 1
      var word = ""
      word.unicodeScalars.append(contentsOf: scalars[start..<end])
      words.append(word)
      start = end
    }
    return words
  }

  private func kind(_ index: Int) -> ScalarClass { ScalarClassTable.shared[scalars[index].value] }
  private func isSpace(_ index: Int) -> Bool { kind(index) == .space }
  private func isNumber(_ index: Int) -> Bool { kind(index) == .number }
  private func isLineBreak(_ index: Int) -> Bool { "\r\n".unicodeScalars.contains(scalars[index]) }

  /// The end of the longest run of what fits, of at most so many; nil when it is empty.
  private func run(
    _ start: Int,
    atMost limit: Int = .max,
    _ fits: (Int) -> Bool
  ) -> Int? {
    var end = start
    while end < scalars.count, end - start < limit, fits(end) { end += 1 }
    return end > start ? end : nil
  }

  /// Where each alternative of the expression ends, nil where it does not match.
  private func alternatives(_ start: Int) -> [Int?] {
    switch pattern {
    case .none: [scalars.count]
    case .gpt2: gpt2(start)
    case .cl100k(let digits, let marks): cl100k(start, digits, marks)
    }
  }

  private func gpt2(_ start: Int) -> [Int?] {
    let afterSpace = scalars[start] == " " ? start + 1 : start
    func isLetter(_ index: Int) -> Bool { kind(index) == .letter }
    func isOther(_ index: Int) -> Bool { !isSpace(index) && !isLetter(index) && !isNumber(index) }
    return [contraction(start) { $0 }, run(afterSpace, isLetter), run(afterSpace, isNumber)]
      + [run(afterSpace, isOther), spacesBeforeSpace(start), run(start, isSpace)]
  }

  private func cl100k(_ start: Int, _ digits: Int, _ marks: Bool) -> [Int?] {
    func isLetter(_ index: Int) -> Bool {
      kind(index) == .letter || marks && kind(index) == .mark
    }
    func isOther(_ index: Int) -> Bool { !isSpace(index) && !isLetter(index) && !isNumber(index) }
    // The optional character may be a mark, which with marks is also one of the letters.
    let isPrefix = !isLineBreak(start) && kind(start) != .letter && !isNumber(start)
    let afterSpace = scalars[start] == " " ? start + 1 : start
    let symbols = run(afterSpace, isOther).map { run($0, isLineBreak) ?? $0 }
    let space = run(start, isSpace)
    let lines = space.flatMap { end in
      (start..<end).last(where: isLineBreak).map { $0 + 1 }
    }
    return [contraction(start) { $0.lowercased() == "ſ" ? "s" : $0.lowercased() }]
      + [(isPrefix ? run(start + 1, isLetter) : nil) ?? run(start, isLetter)]
      + [run(start, atMost: digits, isNumber), symbols, lines, spacesBeforeSpace(start), space]
  }

  /// `\s+(?!\S)`.
  private func spacesBeforeSpace(_ start: Int) -> Int? {
    guard let end = run(start, isSpace) else { return nil }
    return end == scalars.count ? end : end - 1
  }

  private func contraction(_ start: Int, folded: (String) -> String) -> Int? {
    guard scalars[start] == "'" else { return nil }
    for ending in ["s", "t", "re", "ve", "m", "ll", "d"] {
      let end = start + 1 + ending.count
      guard end <= scalars.count else { continue }
      let found = scalars[start + 1..<end].map { folded(String($0)) }.joined()
      if found == ending { return end }
    }
    return nil
  }
}

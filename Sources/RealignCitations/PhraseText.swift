/// Text as words, for comparison with lists of phrases.
enum PhraseText {
  /// The words of a text in lower case, apostrophes straightened and kept, other punctuation
  /// dropped.
  static func words(_ text: String) -> [String] { locatedWords(text).map(\.word) }

  /// The words of a text with their places in Unicode scalars.
  static func locatedWords(_ text: String) -> [(word: String, range: Range<Int>)] {
    var words: [(word: String, range: Range<Int>)] = []
    var word = String.UnicodeScalarView()
    var start = 0
    func close(at end: Int) {
      while let last = word.last, last == "'" || last == "/" { word.removeLast() }
      if !word.isEmpty {
        let range = start..<(start + word.count)
        words.append((String(word).lowercased(), range))
      }
      word = String.UnicodeScalarView()
    }
    var position = 0
    for scalar in text.unicodeScalars {
      let plain: Unicode.Scalar = scalar == "’" || scalar == "‘" ? "'" : scalar
      let isWord = CitationParser.isWordScalar(plain)
      if isWord || (!word.isEmpty && (plain == "'" || plain == "/")) {
        if word.isEmpty { start = position }
        word.append(plain)
      } else {
        close(at: position)
      }
      position += 1
    }
    close(at: position)
    return words
  }

  /// A sentence divided at semicolons, colons and dashes between words.
  static func clauses(_ sentence: String) -> [String] {
    sentence.replacing(" - ", with: ";").replacing(" -- ", with: ";")
      .split { ";:—–".contains($0) }.map(String.init)
  }

  /// Where a phrase first occurs among words.
  static func firstIndex(of phrase: [String], in words: [String]) -> Int? {
    guard !phrase.isEmpty, phrase.count <= words.count else { return nil }
    return (0...(words.count - phrase.count)).first { start in
      words[start..<(start + phrase.count)].elementsEqual(phrase)
    }
  }
}

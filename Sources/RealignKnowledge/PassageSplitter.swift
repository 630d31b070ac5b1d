/// Divides documents into passages at sentence ends.
///
/// Sentences are taken in order while they fit; passages do not overlap. A sentence that is too
/// long by itself is cut between words.
public struct PassageSplitter: Sendable, Equatable {
  /// The most words (runs of characters other than white space) in a passage.
  public let maxWords: Int

  /// A splitter with a limit.
  ///
  /// - Precondition: `maxWords` is positive.
  public init(maxWords: Int = 100) {
    precondition(maxWords > 0, "maxWords \(maxWords) must be positive")
    self.maxWords = maxWords
  }

  /// The passages of a document, in order; none when its text is blank.
  public func passages(of document: Document) -> [Passage] {
    let scalars = Array(document.text.unicodeScalars)
    return ranges(in: scalars).enumerated().map { position, range in
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return Passage(
        id: "\(document.id)#\(position + 1)",
        documentID: document.id,
        title: document.title,
        text: String(view),
        url: document.url
      )
    }
  }

  private func ranges(in scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var open: Range<Int>?
    var openWords = 0
    for sentence in SentenceSplitter.ranges(in: scalars) {
      let words = Self.words(scalars, sentence)
      if let range = open, openWords + words.count <= maxWords {
        open = range.lowerBound..<sentence.upperBound
        openWords += words.count
        continue
      }
      if let range = open { ranges.append(range) }
      // All but the last piece of a sentence that is too long are passages of their own.
      var first = 0
      while words.count - first > maxWords {
        ranges.append(words[first].lowerBound..<words[first + maxWords - 1].upperBound)
        first += maxWords
      }
      open = words[first].lowerBound..<sentence.upperBound
      openWords = words.count - first
    }
    if let range = open { ranges.append(range) }
    return ranges
  }

  private static func words(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for position in range {
      if scalars[position].isSpace {
        if let low = start { words.append(low..<position) }
        start = nil
      } else if start == nil {
        start = position
      }
    }
    if let low = start { words.append(low..<range.upperBound) }
    return words
  }
}

import RealignData
import RealignKnowledge

/// Writes the response that teaches citing: a statement or a quotation, in a citation format.
public struct CitedResponseWriter: Sendable, Equatable {
  /// How citations are written.
  public let renderer: CitationRenderer
  /// The share of answers given as a quotation, in 0...1; chosen by the question's id.
  public let quoteShare: Double
  /// Makes different choices of who quotes.
  public let seed: UInt64

  /// A writer.
  ///
  /// - Precondition: `quoteShare` is in 0...1.
  public init(format: CitationFormat, quoteShare: Double = 0, seed: UInt64 = 0) {
    precondition((0...1).contains(quoteShare), "quoteShare \(quoteShare) must be in 0...1")
    renderer = CitationRenderer(format: format)
    self.quoteShare = quoteShare
    self.seed = seed
  }

  /// The response to a question that a passage answers.
  ///
  /// A quotation is the passage's sentence that holds one of the answers, word for word; where no
  /// sentence does, the statement is used.
  ///
  /// - Parameters:
  ///   - id: The question's id, which decides whether it is answered with a quotation.
  ///   - statement: A sentence that gives the answer, without markers.
  ///   - answers: Accepted short answers.
  ///   - number: The passage to cite, from 1.
  /// - Precondition: `number` is the number of a passage.
  public func response(
    id: String,
    statement: String,
    answers: [String],
    citing number: Int,
    of passages: [Passage]
  ) -> String {
    let quoted =
      StableHash.unit(id, seed: seed) < quoteShare
      ? Self.evidence(for: answers, in: passages[number - 1].text) : nil
    return renderer.render(
      [CitedStatement(quoted.map(Self.quotation) ?? statement, citations: [number])],
      passages: passages
    )
  }

  /// The quotation of a sentence of a passage.
  public static func quotation(of sentence: String) -> String {
    var text = sentence
    while let last = text.last, last == "." || last.isWhitespace { text.removeLast() }
    return "According to the source, \"\(text)\"."
  }

  /// The first sentence that holds one of the answers as a run of words.
  static func evidence(for answers: [String], in text: String) -> String? {
    SentenceSplitter.split(text).first { sentence in
      let words = PhraseText.words(sentence.text)
      return answers.contains { PhraseText.firstIndex(of: PhraseText.words($0), in: words) != nil }
    }?.text
  }
}

import RealignData
import RealignKnowledge

/// Makes rows that teach citing: an answer in one of three patterns, in a citation format.
///
/// The patterns are a quotation with its source, a paraphrase with attribution, and explicit
/// uncertainty when no given passage holds the answer.
public struct CitationTrainingRows: Sendable {
  /// How an answer is given.
  public enum Pattern: String, Sendable, CaseIterable {
    /// The sentence of the passage that holds the answer, word for word in quotation marks.
    case quote
    /// A statement in other words.
    case paraphrase
    /// A refusal, without citation.
    case uncertainty
  }

  /// A row and how it was made.
  public struct Made: Sendable, Equatable {
    /// The row.
    public let row: SFTRow
    /// The pattern of its answer.
    public let pattern: Pattern
    /// The number of the passage cited, from 1; nil for uncertainty.
    public let citation: Int?
  }

  /// How citations are written.
  public let renderer: CitationRenderer
  /// How the prompt is written.
  public let prompt: GroundedPrompt
  /// What is said when no passage holds the answer.
  public let refusal: String
  /// The share of answers in the quotation pattern, in 0...1; chosen by the question's id.
  public let quoteShare: Double
  /// Makes different choices of the pattern.
  public let seed: UInt64

  /// A maker of rows.
  ///
  /// - Precondition: `quoteShare` is in 0...1.
  public init(
    format: CitationFormat,
    prompt: GroundedPrompt = GroundedPrompt(),
    refusal: String = "I do not know.",
    quoteShare: Double = 0.3,
    seed: UInt64 = 0
  ) {
    precondition((0...1).contains(quoteShare), "quoteShare \(quoteShare) must be in 0...1")
    renderer = CitationRenderer(format: format)
    self.prompt = prompt
    self.refusal = refusal
    self.quoteShare = quoteShare
    self.seed = seed
  }

  /// The row for a question and the passages given with it.
  ///
  /// The answer is looked for in the passages of the question's sources (in all when it names
  /// none), as a run of the words of one of its forms; the first hit is cited. Without a hit, and
  /// for an unanswerable question, the answer is the refusal.
  ///
  /// - Parameter statement: The paraphrase: a sentence that gives the answer, without markers.
  public func row(
    for question: QuestionRow,
    passages: [Passage],
    statement: (_ question: QuestionRow, _ answer: String) -> String = { _, answer in
      "The answer is \(answer)."
    }
  ) -> Made {
    let evidence = question.answerable ? evidence(for: question, in: passages) : nil
    let content = PromptContent.text(prompt.render(question: question.question, passages: passages))
    guard let evidence else {
      return made(question, content, refusal, .uncertainty, nil)
    }
    let isQuote = StableHash.unit(question.id, seed: seed) < quoteShare
    let text =
      isQuote
      ? Self.quotation(of: evidence.sentence) : statement(question, evidence.answer)
    let response = renderer.render(
      [CitedStatement(text, citations: [evidence.number])],
      passages: passages
    )
    return made(
      question,
      content,
      response,
      isQuote ? .quote : .paraphrase,
      evidence.number
    )
  }

  /// The quotation pattern for a sentence of a passage.
  public static func quotation(of sentence: String) -> String {
    var text = sentence
    while let last = text.last, last == "." || last.isWhitespace { text.removeLast() }
    return "According to the source, \"\(text)\"."
  }

  private struct Evidence {
    let number: Int
    let sentence: String
    let answer: String
  }

  private func made(
    _ question: QuestionRow,
    _ prompt: PromptContent,
    _ response: String,
    _ pattern: Pattern,
    _ citation: Int?
  ) -> Made {
    // A completion begins with the space that separates it from the prompt's last word.
    let completion = self.prompt.answerLead.last.map { !$0.isWhitespace } ?? false
    return Made(
      row: SFTRow(
        prompt: prompt,
        completion: .text((completion ? " " : "") + response),
        id: question.id,
        group: question.group
      ),
      pattern: pattern,
      citation: citation
    )
  }

  private func evidence(for question: QuestionRow, in passages: [Passage]) -> Evidence? {
    for (position, passage) in passages.enumerated() {
      if let sources = question.sources, !sources.contains(passage.documentID) { continue }
      for sentence in SentenceSplitter.split(passage.text) {
        let words = PhraseText.words(sentence.text)
        for answer in question.answers
        where PhraseText.firstIndex(of: PhraseText.words(answer), in: words) != nil {
          return Evidence(number: position + 1, sentence: sentence.text, answer: answer)
        }
      }
    }
    return nil
  }
}

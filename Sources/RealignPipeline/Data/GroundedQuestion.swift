import RealignCitations
import RealignKnowledge

/// A question with the passages given to the model, in the order shown.
public struct GroundedQuestion: Sendable, Equatable {
  /// The question.
  public var question: Question
  /// The passages, numbered from 1 in the prompt.
  public var passages: [Passage]
  /// Numbers of the passages that state the answer, from 1.
  public var gold: [Int]

  /// Whether the passages contain the answer.
  public var isAnswerable: Bool { !gold.isEmpty }

  /// How gold and corrupted responses are written.
  public var writer = CitedResponseWriter(format: .inline)

  /// The prompt: numbered passages, question, `Answer:`.
  public var prompt: String {
    GroundedPrompt.render(question: question.text, passages: passages.map(\.text))
  }

  /// The response that a perfect model gives, with the leading space of a completion.
  public var target: String {
    guard let first = gold.first else { return " " + question.refusal }
    return " "
      + writer.response(
        id: question.id,
        statement: question.statement,
        answers: question.answers,
        citing: first,
        of: passages
      )
  }

  /// A statement that cites a passage, given or not, with the leading space of a completion.
  func cited(_ statement: String, _ number: Int) -> String {
    // A source that was not given is described like the last that was.
    let missing = max(0, number - passages.count)
    return " "
      + writer.renderer.render(
        [CitedStatement(statement, citations: [number])],
        passages: passages + passages.suffix(1).flatMap { Array(repeating: $0, count: missing) }
      )
  }

  /// The same passages in another order.
  func reordered(_ order: [Int]) -> GroundedQuestion {
    GroundedQuestion(
      question: question,
      passages: order.map { passages[$0] },
      gold: order.enumerated().filter { gold.contains($0.element + 1) }.map { $0.offset + 1 },
      writer: writer
    )
  }
}

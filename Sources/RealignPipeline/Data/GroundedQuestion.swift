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

  /// The prompt: numbered passages, question, `Answer:`.
  public var prompt: String {
    var text = ""
    for (index, passage) in passages.enumerated() { text += "[\(index + 1)] \(passage.text)\n" }
    return text + "Question: \(question.text)\nAnswer:"
  }

  /// The response that a perfect model gives, with the leading space of a completion.
  public var target: String {
    guard let first = gold.first else { return " " + question.refusal }
    return " " + Self.cite(question.statement, first)
  }

  /// A statement with a marker before its full stop (ALCE's style).
  static func cite(_ statement: String, _ number: Int) -> String {
    statement.hasSuffix(".")
      ? "\(statement.dropLast()) [\(number)]." : "\(statement) [\(number)]"
  }

  /// The same passages in another order.
  func reordered(_ order: [Int]) -> GroundedQuestion {
    GroundedQuestion(
      question: question,
      passages: order.map { passages[$0] },
      gold: order.enumerated().filter { gold.contains($0.element + 1) }.map { $0.offset + 1 }
    )
  }
}

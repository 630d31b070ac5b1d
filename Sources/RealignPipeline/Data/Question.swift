import RealignData

/// A question with everything gold that is known about its answer.
public struct Question: Sendable, Equatable {
  /// Unique within the run.
  public var id: String
  /// What is asked.
  public var text: String
  /// Accepted short answers; empty when nothing answers it.
  public var answers: [String]
  /// The answer as a sentence, without citation.
  public var statement: String
  /// The sentence that declines to answer.
  public var refusal: String
  /// Documents that state the answer.
  public var sources: [String]
  /// Documents that look alike but do not state it; shown among the passages where retrieval does
  /// not find enough.
  public var distractors: [String]
  /// The entity (or family of entities) it is about; splits never cut a group.
  public var group: String

  /// Creates a question.
  public init(
    id: String,
    text: String,
    answers: [String],
    statement: String,
    refusal: String,
    sources: [String],
    distractors: [String] = [],
    group: String
  ) {
    self.id = id
    self.text = text
    self.answers = answers
    self.statement = statement
    self.refusal = refusal
    self.sources = sources
    self.distractors = distractors
    self.group = group
  }
}

extension Question {
  /// What an abstention says when a question row names no refusal of its own.
  static let defaultRefusal = "I do not know."

  /// Reads a question row; the statement defaults to the first answer, the group to the id.
  init(row: QuestionRow) {
    let answer = row.answers.first ?? ""
    self.init(
      id: row.id,
      text: row.question,
      answers: row.answerable ? row.answers : [],
      statement: row.statement ?? (answer.isEmpty || answer.hasSuffix(".") ? answer : answer + "."),
      refusal: row.refusal ?? Self.defaultRefusal,
      sources: row.sources ?? [],
      group: row.group ?? row.id
    )
  }
}

import RealignKnowledge

/// The text of a prompt that gives numbered passages and asks a question.
public struct GroundedPrompt: Sendable, Equatable {
  /// What stands before the passages.
  public var instruction: String
  /// What stands between the passages and the question.
  public var questionLead: String
  /// What stands after the question, where the answer begins.
  public var answerLead: String

  /// A prompt with the given wording.
  public init(
    instruction: String = "",
    questionLead: String = "Question: ",
    answerLead: String = "\nAnswer:"
  ) {
    self.instruction = instruction
    self.questionLead = questionLead
    self.answerLead = answerLead
  }

  /// The prompt: the instruction, a line `[n] Title: text` for each passage, the question.
  ///
  /// Line breaks within a passage become spaces, so that each passage is one line.
  public func render(question: String, passages: [Passage]) -> String {
    var text = instruction.isEmpty ? "" : instruction + "\n\n"
    for (position, passage) in passages.enumerated() {
      let title = passage.title.isEmpty ? "" : passage.title + ": "
      text += "[\(position + 1)] " + Self.oneLine(title + passage.text) + "\n"
    }
    if !passages.isEmpty { text += "\n" }
    return text + questionLead + question + answerLead
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

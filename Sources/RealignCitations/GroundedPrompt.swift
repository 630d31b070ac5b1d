/// The layout of a prompt that gives numbered passages and asks a question.
public enum GroundedPrompt {
  /// The prompt: a line `[n] text` for each passage, the question, the cue for the answer.
  ///
  /// Line breaks within a passage or the question become spaces, so that each is one line and a
  /// passage cannot pose as the question or as another passage.
  public static func render(question: String, passages: [String]) -> String {
    numbered(passages) + "Question: \(oneLine(question))\nAnswer:"
  }

  /// One line `[n] text` for each passage.
  public static func numbered(_ passages: [String]) -> String {
    passages.enumerated().map { "[\($0.offset + 1)] \(oneLine($0.element))\n" }.joined()
  }

  private static func oneLine(_ text: String) -> String {
    guard text.contains(where: \.isNewline) else { return text }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

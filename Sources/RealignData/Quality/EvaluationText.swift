import RealignText

/// A text of the evaluation data, which training data must not contain.
public struct EvaluationText: Sendable, Equatable {
  /// Its words.
  public let text: NormalizedText
  /// Whether it is what a model is asked, as opposed to an answer.
  public let isInput: Bool
  /// The file it is from.
  public let file: String
  /// The line it is from.
  public let line: Int

  /// A text at a place.
  public init(_ text: String, isInput: Bool, file: String, line: Int) {
    self.text = NormalizedText(text)
    self.isInput = isInput
    self.file = file
    self.line = line
  }

  /// The texts of a JSON Lines file of any kind: strings, and messages or lists of strings, under
  /// the names that rows of the program use.
  ///
  /// - Throws: `InputError` as `JSONLines.read` does, and `badData` when a row has none of them.
  public static func read(_ path: String) throws -> [EvaluationText] {
    try JSONLines.read(path).flatMap { line in
      var texts: [EvaluationText] = []
      func add(_ text: String, _ isInput: Bool) {
        let item = EvaluationText(text, isInput: isInput, file: path, line: line.line)
        if !item.text.words.isEmpty { texts.append(item) }
      }
      for (field, value) in line.value.pairs {
        let isInput = inputFields.contains(field)
        guard isInput || outputFields.contains(field) else { continue }
        if let text = value.stringValue { add(text, isInput) }
        for item in value.arrayValue ?? [] {
          if let text = item.stringValue { add(text, isInput) }
          let role = item["role"]?.stringValue ?? item["from"]?.stringValue
          let content = item["content"]?.stringValue ?? item["value"]?.stringValue
          // A system message is the same in many rows and gives nothing away.
          guard let role, let content, role != "system" else { continue }
          add(content, isInput && role != "assistant" && role != "gpt")
        }
      }
      guard !texts.isEmpty else {
        throw InputError(
          .badData,
          "a row of the evaluation data has no text",
          file: path,
          line: line.line,
          found: "the fields " + line.value.keys.joined(separator: ", "),
          expected: "one of " + (inputFields + outputFields).joined(separator: ", ")
        )
      }
      return texts
    }
  }

  private static let inputFields = [
    "question", "prompt", "instruction", "input", "text", "messages", "conversations", "claim",
  ]
  private static let outputFields = [
    "answers", "completion", "chosen", "response", "output", "answer",
  ]
}

import RealignText

/// An input of `tokenize`.
public enum TokenizeRow: DataRow {
  /// A text, and whether the tokenizer's special tokens are put around it.
  case text(String, addSpecialTokens: Bool)
  /// Messages, and whether the beginning of the assistant's turn is put after them.
  case messages([ChatMessage], addGenerationPrompt: Bool, template: TemplateInputs)

  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "one of {\"text\",\"add_special_tokens\"?}, {\"messages\",\"add_generation_prompt\"?}"

  /// Reads an input; `add_special_tokens` is true and `add_generation_prompt` false when absent.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    if reader.has("messages") {
      self = .messages(
        try reader.messages("messages"),
        addGenerationPrompt: try reader.optionalFlag("add_generation_prompt") ?? false,
        template: try TemplateInputs(reader)
      )
    } else {
      let value = try reader.required("text")
      self = .text(
        try reader.text(value, "text", allowsBlank: true),
        addSpecialTokens: try reader.optionalFlag("add_special_tokens") ?? true
      )
    }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    switch self {
    case .text(let text, let addSpecialTokens):
      return ["text": .string(text), "add_special_tokens": .bool(addSpecialTokens)]
    case .messages(let messages, let addGenerationPrompt, let template):
      let object: JSONObject = [
        "messages": .array(messages.map { $0.toJSON() }),
        "add_generation_prompt": .bool(addGenerationPrompt),
      ]
      return template.added(to: object)
    }
  }
}

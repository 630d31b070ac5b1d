import RealignText

/// An input of `generate`: what is to be continued.
public enum GenerateRow: DataRow {
  /// A text, or messages for the chat template.
  case prompt(PromptContent, template: TemplateInputs)
  /// Token ids.
  case tokens([Int32])

  /// The accepted shapes, as shown in errors.
  public static let accepted = "one of {\"prompt\"}, {\"messages\"}, {\"input_ids\":[…]}"

  /// Reads an input; of several shapes that fit, token ids come before messages, and those before
  /// a prompt.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    if reader.has("input_ids") {
      self = .tokens(try reader.tokenIDs("input_ids"))
    } else if reader.has("messages") {
      self = .prompt(
        .messages(try reader.messages("messages")),
        template: try TemplateInputs(reader)
      )
    } else {
      self = .prompt(
        try reader.content("prompt", allowsBlank: true),
        template: try TemplateInputs(reader)
      )
    }
  }

  /// The row as it is written to a file.
  public func toJSON() -> JSONValue {
    switch self {
    case .prompt(let content, let template):
      template.added(to: [content.isConversational ? "messages" : "prompt": content.toJSON()])
    case .tokens(let ids): ["input_ids": .array(ids.map { .integer($0) })]
    }
  }
}

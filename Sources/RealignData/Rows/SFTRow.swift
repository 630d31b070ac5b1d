import RealignText

/// A row for supervised fine-tuning.
public struct SFTRow: DataRow {
  /// The accepted shapes, as shown in errors.
  public static let accepted =
    "one of {\"text\"}, {\"messages\"}, {\"prompt\",\"completion\"}, "
    + "{\"instruction\",\"response\"}, Alpaca {\"instruction\",\"input\",\"output\"}, "
    + "ShareGPT {\"conversations\"}"

  /// The shapes a row may have, in the order in which they are tried.
  public enum Format: String, Sendable, CaseIterable {
    /// `{"messages"}`: a conversation.
    case messages
    /// `{"conversations"}` with `from` and `value`.
    case shareGPT
    /// `{"prompt","completion"}`: strings or messages.
    case promptCompletion
    /// `{"instruction","response"}`, optional `system`.
    case instructionResponse
    /// `{"instruction","input","output"}`, optional `system`; `input` may be absent or empty.
    case alpaca
    /// `{"text"}`.
    case text
  }

  /// The shape the row was read from.
  public let format: Format
  /// What comes before the completion; nil for a plain text or a whole conversation.
  ///
  /// An instruction becomes a conversation with a user message (Alpaca's `input` after a blank
  /// line), so that the model's chat template applies.
  public let prompt: PromptContent?
  /// What is learned: the completion, the plain text or the whole conversation.
  public let completion: PromptContent
  /// A name for the row.
  public let id: String?
  /// The entity the row is about; rows of a group stay in one part of a split.
  public let group: String?
  /// What the chat template is given beside the messages.
  public var template = TemplateInputs()

  /// A prompt with its completion.
  ///
  /// - Precondition: Both are strings, or both are messages.
  public init(
    prompt: PromptContent,
    completion: PromptContent,
    id: String? = nil,
    group: String? = nil
  ) {
    precondition(
      prompt.isConversational == completion.isConversational,
      "the prompt has messages: \(prompt.isConversational), "
        + "the completion: \(completion.isConversational)"
    )
    format = .promptCompletion
    self.prompt = prompt
    self.completion = completion
    self.id = id
    self.group = group
  }

  /// A plain text, or a whole conversation.
  public init(_ content: PromptContent, id: String? = nil, group: String? = nil) {
    format = content.isConversational ? .messages : .text
    prompt = nil
    completion = content
    self.id = id
    self.group = group
  }

  /// Reads a row; of several shapes that fit, the first of `Format` counts.
  ///
  /// - Throws: `InputError` of kind `badData`.
  public init(_ object: JSONObject, at place: RowPlace) throws {
    let reader = FieldReader(object, place, accepted: Self.accepted)
    guard let format = Self.format(reader) else {
      throw reader.error(
        "the row has no known shape",
        nil,
        found: object.isEmpty ? "no fields" : "the fields " + object.keys.joined(separator: ", "),
        expected: Self.accepted
      )
    }
    self.format = format
    (prompt, completion) = try Self.parts(reader, format)
    id = try reader.optionalText("id")
    group = try reader.optionalText("group")
    if completion.isConversational { template = try TemplateInputs(reader) }
  }

  /// The row in the shape `text`, `messages` or `prompt` and `completion`.
  public func toJSON() -> JSONValue {
    var object = JSONObject()
    if let prompt {
      object["prompt"] = prompt.toJSON()
      object["completion"] = completion.toJSON()
    } else {
      object[completion.isConversational ? "messages" : "text"] = completion.toJSON()
    }
    object["id"] = id.map(JSONValue.string)
    object["group"] = group.map(JSONValue.string)
    return template.added(to: object)
  }

  private static func format(_ reader: FieldReader) -> Format? {
    if reader.has("messages") { return .messages }
    if reader.has("conversations") { return .shareGPT }
    if reader.has("prompt") || reader.has("completion") { return .promptCompletion }
    if reader.has("instruction") {
      return reader.has("output") ? .alpaca : .instructionResponse
    }
    return reader.has("text") ? .text : nil
  }

  private static func parts(
    _ reader: FieldReader,
    _ format: Format
  ) throws -> (PromptContent?, PromptContent) {
    switch format {
    case .text: return (nil, .text(try reader.text("text")))
    case .messages:
      return (nil, .messages(try answered(reader.messages("messages"), reader, "messages")))
    case .shareGPT:
      let messages = try reader.shareGPTMessages("conversations")
      return (nil, .messages(try answered(messages, reader, "conversations")))
    case .promptCompletion:
      let prompt = try reader.content("prompt", allowsBlank: true)
      let completion = try reader.content("completion")
      try reader.checkSameForm([("prompt", prompt), ("completion", completion)])
      try reader.checkCompletion("completion", completion)
      return (prompt, completion)
    case .instructionResponse: return try instruction(reader, answer: "response")
    case .alpaca: return try instruction(reader, answer: "output")
    }
  }

  private static func answered(
    _ messages: [ChatMessage],
    _ reader: FieldReader,
    _ field: String
  ) throws -> [ChatMessage] {
    guard messages.contains(where: { $0.role == "assistant" }) else {
      throw reader.error(
        "the conversation has no answer to learn",
        field,
        found: "the roles " + messages.map(\.role).joined(separator: ", "),
        expected: "at least one message of the assistant"
      )
    }
    return messages
  }

  private static func instruction(
    _ reader: FieldReader,
    answer: String
  ) throws -> (PromptContent?, PromptContent) {
    var question = try reader.text("instruction")
    if let input = try reader.optionalText("input"), !input.isEmpty { question += "\n\n" + input }
    var prompt: [ChatMessage] = []
    if let system = try reader.optionalText("system"), !system.isEmpty {
      prompt.append(ChatMessage(role: "system", content: system))
    }
    prompt.append(ChatMessage(role: "user", content: question))
    let response = ChatMessage(role: "assistant", content: try reader.text(answer))
    return (.messages(prompt), .messages([response]))
  }
}

import RealignText

extension FieldReader {
  /// A prompt or completion: a string, or a list of messages.
  func content(_ field: String, allowsBlank: Bool = false) throws -> PromptContent {
    let value = try required(field)
    switch value {
    case .string: return .text(try text(value, field, allowsBlank: allowsBlank))
    case .array: return .messages(try messages(field))
    default: throw wrongType(field, value, "a string or a list of messages")
    }
  }

  /// A list of `{"role","content"}` that is not empty.
  func messages(_ field: String) throws -> [ChatMessage] {
    let messages = try list(field, of: "messages") { value, name in
      try message(value, name, Self.messageShape, roles: [:])
    }
    guard !messages.isEmpty else {
      throw error("the list is empty", field, found: "[]", expected: "at least one message")
    }
    return messages
  }

  /// ShareGPT's `conversations`: `{"from","value"}`, also with `human` and `gpt` for the roles.
  func shareGPTMessages(_ field: String) throws -> [ChatMessage] {
    let roles = ["human": "user", "gpt": "assistant", "observation": "tool"]
    let messages = try list(field, of: "messages") { value, name in
      try message(value, name, Self.shareGPTShape, roles: roles)
    }
    guard !messages.isEmpty else {
      throw error("the list is empty", field, found: "[]", expected: "at least one message")
    }
    return messages
  }

  /// The fields of a message.
  private struct MessageShape {
    let roleField: String
    let contentField: String
    let accepted: String
  }

  private static let messageShape = MessageShape(
    roleField: "role",
    contentField: "content",
    accepted: "a message {\"role\",\"content\"}"
  )
  private static let shareGPTShape = MessageShape(
    roleField: "from",
    contentField: "value",
    accepted: "a message {\"from\",\"value\"}"
  )

  private func message(
    _ value: JSONValue,
    _ name: () -> String,
    _ shape: MessageShape,
    roles: [String: String]
  ) throws -> ChatMessage {
    let roleField = shape.roleField
    let contentField = shape.contentField
    guard let object = value.objectValue else { throw wrongType(name(), value, shape.accepted) }
    let reader = FieldReader(object, place, accepted: shape.accepted)
    guard let roleValue = reader.value(roleField) else {
      throw named(reader.missing(roleField), "\(name()).\(roleField)")
    }
    let found = try text(roleValue, "\(name()).\(roleField)", allowsBlank: false)
    let role = roles[found] ?? found
    guard ChatMessage.roles.contains(role) else {
      let accepted = ChatMessage.roles + roles.keys.sorted()
      throw error(
        "unknown role",
        "\(name()).\(roleField)",
        found: found,
        expected: "one of " + accepted.joined(separator: ", ")
      )
    }
    var details = object.removing(roleField, contentField)
    guard let content = reader.value(contentField) else {
      guard reader.value("tool_calls")?.arrayValue?.isEmpty == false else {
        throw named(reader.missing(contentField), "\(name()).\(contentField)")
      }
      if object[contentField] != nil { details["content"] = .null }
      return ChatMessage(role: role, content: "", details: details)
    }
    return ChatMessage(
      role: role,
      content: try contentText(content, "\(name()).\(contentField)"),
      details: details
    )
  }

  /// A string, or parts of type `text` one after another.
  private func contentText(
    _ value: JSONValue,
    _ name: @autoclosure () -> String
  ) throws -> String {
    if let text = value.stringValue { return text }
    guard let parts = value.arrayValue else { throw wrongType(name(), value, "a string") }
    return try parts.enumerated().map { position, part in
      guard part["type"]?.stringValue == "text", let text = part["text"]?.stringValue else {
        throw error(
          "a part of the message is not text",
          "\(name())[\(position)]",
          found: part.serialized(),
          expected: "{\"type\":\"text\",\"text\":…}"
        )
      }
      return text
    }.joined()
  }

  private func named(_ error: InputError, _ field: String) -> InputError {
    var error = error
    error.field = field
    return error
  }

  /// Two parts of a row must both be text or both messages.
  func checkSameForm(_ parts: [(field: String, content: PromptContent)]) throws {
    guard let first = parts.first else { return }
    for part in parts where part.content.isConversational != first.content.isConversational {
      func form(_ content: PromptContent) -> String {
        content.isConversational ? "messages" : "a string"
      }
      throw error(
        "strings and messages are mixed in one row",
        part.field,
        found: form(part.content),
        expected: "\(form(first.content)), as in `\(first.field)`"
      )
    }
  }

  /// A completion made of messages ends with one of the assistant.
  func checkCompletion(_ field: String, _ content: PromptContent) throws {
    guard let last = content.messages?.last, last.role != "assistant" else { return }
    throw error(
      "the completion does not end with the assistant",
      field,
      found: "a last message of "
        + last.role,
      expected: "a last message of assistant"
    )
  }
}

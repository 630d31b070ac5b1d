/// What a chat template makes a text of: messages, and perhaps tools and documents.
public struct ChatConversation: Sendable, Equatable {
  /// The messages: a list of objects, each with a `role` and most with a `content`.
  public var messages: JSONValue
  /// JSON schemas of the tools that the model may call: a list, or `null` for none.
  public var tools: JSONValue
  /// Documents to answer from: a list of objects, or `null` for none.
  public var documents: JSONValue

  /// A conversation as its JSON stands.
  public init(messages: JSONValue, tools: JSONValue = .null, documents: JSONValue = .null) {
    self.messages = messages
    self.tools = tools
    self.documents = documents
  }

  /// The names under which reasoning has been stored; templates read the first.
  private static let reasoningNames = ["reasoning_content", "thinking", "reasoning"]

  /// The messages with their reasoning under the names that templates read, as Hugging Face
  /// transformers gives them.
  ///
  /// - Throws: `InputError` when the messages are not a list of objects.
  var preparedMessages: JSONValue {
    get throws {
      guard let items = messages.arrayValue else {
        throw TemplateError.make(
          "a conversation has no list of messages",
          found: messages.kindName,
          expected: "an array of objects"
        )
      }
      return .array(
        try items.enumerated().map { position, item in
          guard let message = item.objectValue else {
            throw TemplateError.make(
              "message \(position + 1) of a conversation is no object",
              found: item.kindName,
              expected: "an object with `role` and `content`"
            )
          }
          return .object(Self.withReasoning(message))
        }
      )
    }
  }

  private static func withReasoning(_ message: JSONObject) -> JSONObject {
    let found = reasoningNames.lazy.compactMap { message[$0] }.first { !$0.isNull }
    guard let found else { return message }
    var result: JSONObject = ["thinking": message["thinking"] ?? found]
    for (key, value) in message.pairs where key != "thinking" { result[key] = value }
    result["reasoning_content"] = found
    return result
  }

  /// The variables of the conversation, all their text marked as content.
  ///
  /// The names of roles are structure rather than text: templates write them between the signs of
  /// special tokens. They count as the template's own if they could be a name.
  func variables() throws -> [(name: String, value: TemplateValue)] {
    let items = try preparedMessages.arrayValue ?? []
    let values = try items.map { item in
      guard case .dictionary(var message) = try TemplateValue(item) else {
        return TemplateValue.none
      }
      if let role = item["role"]?.stringValue, Self.isName(role) {
        try message.set(.string("role"), .string(role))
      }
      return .dictionary(message)
    }
    return [
      ("messages", try .list(values)), ("tools", try TemplateValue(tools)),
      ("documents", try TemplateValue(documents)),
    ]
  }

  private static func isName(_ role: String) -> Bool {
    !role.isEmpty && role.utf8.count <= 64
      && role.unicodeScalars.allSatisfy { scalar in
        scalar == "_" || scalar == "-" || scalar == "." || scalar.properties.isAlphabetic
          || ("0"..."9").contains(scalar)
      }
  }
}

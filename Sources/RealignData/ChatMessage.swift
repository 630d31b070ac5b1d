import RealignText

/// One turn of a conversation.
public struct ChatMessage: Sendable, Hashable {
  /// The roles a message may have.
  public static let roles = ["system", "developer", "user", "assistant", "tool"]

  /// Who speaks: one of `roles`.
  public let role: String
  /// What is said; empty where a message has none, such as one that only calls tools.
  public let content: String
  /// Further fields for the chat template, such as `tool_calls`, `name` and `reasoning_content`;
  /// `content` among them where the row has `null`.
  public let details: JSONObject

  /// A message.
  public init(role: String, content: String, details: JSONObject = [:]) {
    self.role = role
    self.content = content
    self.details = details
  }

  /// The message as an object with `role`, `content` and the further fields.
  public func toJSON() -> JSONValue {
    var object: JSONObject = ["role": .string(role), "content": .string(content)]
    for (key, value) in details.pairs { object[key] = value }
    return .object(object)
  }

  /// Hashes role and content; messages that differ only in details are rare.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(content)
  }
}

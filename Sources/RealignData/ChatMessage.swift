import RealignText

/// One turn of a conversation.
public struct ChatMessage: Sendable, Hashable {
  /// The roles a message may have.
  public static let roles = ["system", "developer", "user", "assistant", "tool"]

  /// Who speaks: one of `roles`.
  public let role: String
  /// What is said.
  public let content: String

  /// A message.
  public init(role: String, content: String) {
    self.role = role
    self.content = content
  }

  /// The message as `{"role","content"}`.
  public func toJSON() -> JSONValue { ["role": .string(role), "content": .string(content)] }
}

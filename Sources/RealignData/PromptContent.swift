import RealignText

/// A prompt or completion: plain text, or messages for a chat template.
public enum PromptContent: Sendable, Hashable {
  /// Text that is taken as it is.
  case text(String)
  /// Messages, at least one.
  case messages([ChatMessage])

  /// The text, or the contents of the messages each on its own line.
  public var plainText: String {
    switch self {
    case .text(let text): text
    case .messages(let messages): messages.map(\.content).joined(separator: "\n")
    }
  }

  /// The messages, if these are some.
  public var messages: [ChatMessage]? {
    if case .messages(let messages) = self { messages } else { nil }
  }

  /// Whether there are messages.
  public var isConversational: Bool { messages != nil }

  /// The text that character offsets count in: the text, or the content of the last message.
  public var spannedText: String {
    switch self {
    case .text(let text): text
    case .messages(let messages): messages.last?.content ?? ""
    }
  }

  /// A string, or a list of messages.
  public func toJSON() -> JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .messages(let messages): .array(messages.map { $0.toJSON() })
    }
  }
}

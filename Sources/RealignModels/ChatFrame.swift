import RealignText

/// What a chat template writes around a single message of the user and before the answer.
///
/// It is found once, by rendering a message, so that any number of prompts can be put in without
/// running the template again.
public struct ChatFrame: Sendable, Equatable {
  /// The text before the message; the token that begins a text included.
  public let before: String
  /// The text between the message and the answer.
  public let after: String

  /// A message that no template changes.
  private static let probe = "Question?"

  /// The frame of a model's chat template; `nil` where the model has none.
  ///
  /// - Throws: `InputError` for a broken template, and for one that changes messages or needs more
  ///   than a message of the user.
  public init?(_ companions: ModelCompanions) throws {
    guard let templates = try companions.chat.get() else { return nil }
    let template = try templates.template(hasTools: false)
    let rendered = try template.render(
      ChatConversation(messages: [["role": "user", "content": .string(Self.probe)]]),
      addGenerationPrompt: true,
      variables: templates.specialTokens
    )
    let parts = rendered.text.split(separator: Self.probe, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InputError(
        .badData,
        "the chat template does not write a message once and as it is",
        file: template.file,
        found: InputError.shown(rendered.text, limit: 200),
        expected: "the message \(Self.probe)",
        hint: "--set use_chat_template=false trains on plain prompts"
      )
    }
    before = String(parts[0])
    after = String(parts[1])
  }

  /// The UTF-8 bytes of a message in the framed text.
  func range(of message: String) -> Range<Int> {
    before.utf8.count..<before.utf8.count + message.utf8.count
  }
}

import Foundation
import RealignData
import RealignModels
import RealignText

/// Turns messages into the text that a model was trained on, by the model's chat template.
struct ChatRenderer: Sendable {
  private let templates: Result<ChatTemplates?, InputError>
  /// Whether text in messages that spells a special token becomes one, as in transformers.
  let findsTokensInMessages: Bool
  /// What templates take for now.
  private let date: ChatDate?

  /// A renderer of a model's templates.
  ///
  /// The environment's `SOURCE_DATE_EPOCH`, seconds since 1970, fixes the date that some templates
  /// print; without it that is today's, in UTC.
  init(_ companions: ModelCompanions, context: CommandContext? = nil) {
    templates = companions.chat
    findsTokensInMessages = context?.findsTokensInMessages ?? false
    let epoch = context?.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
    date = Self.date(epoch.map { Date(timeIntervalSince1970: $0) } ?? Date())
  }

  private static func date(_ now: Date) -> ChatDate? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: now)
    return ChatDate(
      year: parts.year ?? 1970,
      month: parts.month ?? 1,
      day: parts.day ?? 1,
      hour: parts.hour ?? 0,
      minute: parts.minute ?? 0,
      second: parts.second ?? 0
    )
  }

  /// The text of messages.
  ///
  /// - Parameter addGenerationPrompt: Whether what begins an answer of the assistant comes last.
  /// - Throws: `InputError` at the row's place when there is no template, or when it refuses the
  ///   messages.
  func render(
    _ messages: [ChatMessage],
    _ inputs: TemplateInputs,
    addGenerationPrompt: Bool,
    place: RowPlace
  ) throws -> RenderedChat {
    guard let templates = try templates.get() else {
      throw place.error(
        "the model has no chat template",
        found: "messages",
        expected: "strings, or a model with chat_template.jinja or a `chat_template` in "
          + "tokenizer_config.json",
        hint: "write prompt and completion as strings"
      )
    }
    let template = try templates.template(hasTools: !inputs.tools.isNull)
    var variables = templates.specialTokens
    for (key, value) in inputs.variables.pairs { variables[key] = value }
    let conversation = ChatConversation(
      messages: .array(messages.map { $0.toJSON() }),
      tools: inputs.tools,
      documents: inputs.documents
    )
    do {
      return try template.render(
        conversation,
        addGenerationPrompt: addGenerationPrompt,
        variables: variables,
        date: date
      )
    } catch let error as InputError {
      throw place.error(
        "the chat template does not take these messages",
        found: error.description,
        expected: "messages as the template of the model wants them",
        hint: error.hint
      )
    }
  }

  /// The text of messages that are to be continued.
  ///
  /// After a message of the assistant that message goes on; after any other an answer begins.
  func renderPrompt(
    _ messages: [ChatMessage],
    _ inputs: TemplateInputs,
    place: RowPlace
  ) throws -> RenderedChat {
    guard let last = messages.last, last.role == "assistant" else {
      return try render(messages, inputs, addGenerationPrompt: true, place: place)
    }
    let whole = try render(messages, inputs, addGenerationPrompt: false, place: place)
    let said = last.content.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !said.isEmpty,
      let found = whole.text.range(of: said, options: [.backwards, .literal])
    else {
      throw place.error(
        "the last message cannot be continued",
        field: "messages",
        found: "text of the template without the message's content",
        expected: "a last message of the user"
      )
    }
    let length = whole.text.utf8.distance(
      from: whole.text.utf8.startIndex,
      to: found.upperBound
    )
    return RenderedChat(
      text: String(whole.text[..<found.upperBound]),
      contentRanges: whole.contentRanges.map { $0.clamped(to: 0..<length) },
      generationRanges: []
    )
  }

  /// The ids of a rendered text, with the bytes that each stands for; nothing is put around it, as
  /// templates write the token that begins a text themselves.
  func encode(
    _ chat: RenderedChat,
    tokenizer: any Tokenizer
  ) -> [(id: Int32, range: Range<Int>)] {
    tokenizer.encodeWithOffsets(
      chat.text,
      content: findsTokensInMessages ? [] : chat.contentRanges.filter { !$0.isEmpty }
    )
  }
}

import Foundation
import RealignData
import RealignModels
import RealignText

extension RowEncoder {
  /// A prompt with its completion, both strings or both messages.
  ///
  /// Messages are rendered twice: the prompt with what begins an answer, and all of them. Where the
  /// two texts part, the completion begins. The template ends the completion, so nothing is put
  /// after it.
  ///
  /// - Parameter endsText: Whether the end token is put after strings that do not end with one.
  /// - Throws: `InputError` at the row's place for messages that cannot be rendered.
  func encode(
    prompt: PromptContent,
    completion: PromptContent,
    template: TemplateInputs,
    endsText: Bool,
    place: RowPlace
  ) throws -> EncodedRow {
    if case .text(let prompt) = prompt, case .text(let completion) = completion {
      return encode(prompt: prompt, completion: completion, endsText: endsText)
    }
    let before = prompt.messages ?? []
    let after = completion.messages ?? []
    let start = try chat.render(before, template, addGenerationPrompt: true, place: place)
    let whole = try chat.render(
      before + after,
      template,
      addGenerationPrompt: false,
      place: place
    )
    let boundary = Self.commonLength(start.text, whole.text)
    var row = encode(whole)
    row.text.place(boundary: boundary, length: whole.text.utf8.count)
    row.changesPrompt = boundary < start.text.utf8.count
    row.spannedStart = Self.offset(of: completion.spannedText, in: whole.text, after: boundary)
    return row
  }

  /// A conversation of which every token but the first is scored, or only what the assistant says.
  ///
  /// The assistant's words are what the template writes in `{% generation %}`; without such blocks
  /// they are found by rendering the conversation up to each of them.
  ///
  /// - Throws: `InputError` at the row's place for messages that cannot be rendered, and when the
  ///   assistant's words cannot be found.
  func encode(
    messages: [ChatMessage],
    template: TemplateInputs,
    assistantOnly: Bool,
    place: RowPlace
  ) throws -> EncodedRow {
    let whole = try chat.render(messages, template, addGenerationPrompt: false, place: place)
    var row = encode(whole)
    guard assistantOnly else { return row }
    let said =
      whole.generationRanges.isEmpty
      ? try turns(messages, template, in: whole.text, place: place) : whole.generationRanges
    let isSaid = row.ranges.map { range in said.contains { $0.overlaps(range) } }
    row.completionStart = max(1, isSaid.firstIndex(of: true) ?? row.ids.count)
    row.mask = Array(isSaid[min(row.completionStart, isSaid.count)...])
    return row
  }

  /// Where the assistant's messages, with what ends them, lie in the text of a conversation.
  private func turns(
    _ messages: [ChatMessage],
    _ template: TemplateInputs,
    in text: String,
    place: RowPlace
  ) throws -> [Range<Int>] {
    try messages.indices.filter { messages[$0].role == "assistant" }.map { index in
      let start = try chat.render(
        Array(messages[..<index]),
        template,
        addGenerationPrompt: true,
        place: place
      ).text
      let end = try chat.render(
        Array(messages[...index]),
        template,
        addGenerationPrompt: false,
        place: place
      ).text
      let low = Self.commonLength(start, text)
      let high = Self.commonLength(end, text)
      guard low == start.utf8.count, low < high else {
        throw place.error(
          "the chat template does not show where message \(index + 1) of the assistant lies",
          field: "messages",
          found: "a template that writes earlier messages differently when others follow",
          expected: "a template with {% generation %} blocks, or rows of prompt and completion"
        )
      }
      return low..<high
    }
  }

  private func encode(_ chat: RenderedChat) -> EncodedRow {
    let tokens = self.chat.encode(chat, tokenizer: tokenizer)
    return EncodedRow(EncodedText(ids: tokens.map(\.id), ranges: tokens.map(\.range)))
  }

  /// The ids of a prompt that is to be continued, and its text.
  ///
  /// - Throws: `InputError` at the row's place for messages that cannot be rendered.
  func prompt(
    _ content: PromptContent,
    template: TemplateInputs,
    place: RowPlace
  ) throws -> [Int32] {
    switch content {
    case .text(let text): return promptIDs(text)
    case .messages(let messages):
      let rendered = try chat.renderPrompt(messages, template, place: place)
      return chat.encode(rendered, tokenizer: tokenizer).map(\.id)
    }
  }

  /// Bytes that two texts begin with alike, whole characters only.
  private static func commonLength(_ a: String, _ b: String) -> Int {
    zip(a.unicodeScalars, b.unicodeScalars).prefix { $0 == $1 }
      .reduce(0) { $0 + UTF8.width($1.0) }
  }

  /// Where the last content of a completion begins; templates may have trimmed it.
  private static func offset(of content: String, in text: String, after boundary: Int) -> Int {
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: boundary)
    let trimmed = content.trimmingCharacters(in: .whitespacesAndNewlines)
    func find(_ wanted: String) -> Int? {
      guard !wanted.isEmpty else { return nil }
      return text.range(of: wanted, options: [.literal, .backwards], range: start..<text.endIndex)
        .map { bytes.distance(from: bytes.startIndex, to: $0.lowerBound) }
    }
    if let found = find(content) { return found }
    let lead = content.utf8.count - content.drop { $0.isWhitespace }.utf8.count
    return find(trimmed).map { $0 - lead } ?? boundary
  }
}

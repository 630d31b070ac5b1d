import RealignData
import RealignModels
import RealignText

/// An encoded row, with what is known of it beyond the ids.
@dynamicMemberLookup
struct EncodedRow: Sendable, Equatable {
  /// Ids, their places and where the completion begins.
  var text: EncodedText
  /// Whether the chat template writes the prompt in another way when a completion follows.
  var changesPrompt = false
  /// Which tokens from `completionStart` on are trained on; nil for all.
  var mask: [Bool]?
  /// Where the text that spans count in lies in the joined text.
  var spannedStart = 0

  init(_ text: EncodedText) { self.text = text }

  subscript<Value>(dynamicMember part: WritableKeyPath<EncodedText, Value>) -> Value {
    get { text[keyPath: part] }
    set { text[keyPath: part] = newValue }
  }

  /// Whether no token is scored.
  var isCompletionEmpty: Bool { trainedCount == 0 }
  /// Number of tokens that are scored.
  var trainedCount: Int { mask?.count { $0 } ?? max(0, self.ids.count - self.completionStart) }
  /// The row for training or scoring.
  ///
  /// - Precondition: The completion is not empty.
  var sequence: TokenSequence {
    TokenSequence(
      ids: self.ids,
      completionStart: self.completionStart,
      weights: mask.map { $0.map { $0 ? 1 : 0 } }
    )
  }
}

/// Turns the rows of files into token ids; messages become text by the model's chat template.
struct RowEncoder: Sendable {
  /// Encodes strings.
  let encoder: TextEncoder
  /// Renders messages.
  let chat: ChatRenderer
  /// Whether of a conversation only what the assistant says is trained on.
  var trainsAssistantOnly = false
  /// Ids below this exist in the model.
  let vocabularySize: Int
  /// Most tokens the model takes.
  let maximumPositions: Int

  init(
    tokenizer: any Tokenizer,
    configuration: ModelConfiguration,
    companions: ModelCompanions,
    context: CommandContext? = nil
  ) {
    chat = ChatRenderer(companions, context: context)
    encoder = TextEncoder(tokenizer: tokenizer, configuration, companions)
    vocabularySize = configuration.vocabularySize
    maximumPositions = configuration.maximumPositions
  }

  init(_ text: TextModel, context: CommandContext? = nil) {
    encoder = text.encoder
    chat = ChatRenderer(text.companions, context: context)
    vocabularySize = text.model.configuration.vocabularySize
    maximumPositions = text.model.configuration.maximumPositions
  }

  /// The tokenizer.
  var tokenizer: any Tokenizer { encoder.tokenizer }
  /// Tokens that end a response.
  var endTokens: Set<Int32> { encoder.endTokens }

  /// A prompt with its completion.
  ///
  /// - Parameter endsText: Whether the end token is appended unless the text ends with one.
  func encode(prompt: String, completion: String, endsText: Bool) -> EncodedRow {
    var row = EncodedRow(
      encoder.encode(prompt: prompt, completion: completion, endsText: endsText)
    )
    row.spannedStart = row.completionOffset
    return row
  }

  /// A text of which every token but the first is scored.
  func encode(text: String, endsText: Bool = false) -> EncodedRow {
    EncodedRow(encoder.encode(text: text, endsText: endsText))
  }

  /// A prompt to be continued: nothing is put after it.
  func promptIDs(_ text: String) -> [Int32] { encoder.promptIDs(text) }
}

extension RowEncoder {
  /// Which scored tokens lie in spans of the completion: those whose first byte of something other
  /// than white space does.
  ///
  /// - Returns: One entry per token from `completionStart` on.
  func mask(
    _ row: EncodedRow,
    completion: String,
    spans: [TextSpan]
  ) -> [Bool] {
    let covered = TextSpan.utf8Ranges(of: spans, in: completion) ?? []
    let start = row.spannedStart
    let length = completion.utf8.count
    let isSpace = completion.unicodeScalars.flatMap { scalar in
      Array(repeating: scalar.properties.isWhitespace, count: UTF8.width(scalar))
    }
    return row.ranges[row.completionStart...].map { range in
      let bytes = (range.lowerBound - start..<range.upperBound - start).clamped(to: 0..<length)
      guard let first = bytes.first(where: { !isSpace[$0] }) else { return false }
      return covered.contains { $0.contains(first) }
    }
  }
}

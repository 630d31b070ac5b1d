import RealignData
import RealignModels
import RealignText

/// A text as token ids, and from where on its tokens are scored.
struct EncodedRow: Sendable, Equatable {
  /// All ids, what the tokenizer puts around a text included.
  var ids: [Int32]
  /// Index of the first token that is not wholly in the prompt, at least 1.
  var completionStart: Int
  /// Per id, its bytes in the joined text; empty for tokens that stand for no text.
  var ranges: [Range<Int>]
  /// Whether a token begins in the prompt and ends in the completion.
  var straddles = false
  /// Whether the chat template writes the prompt in another way when a completion follows.
  var changesPrompt = false
  /// Which tokens from `completionStart` on are trained on; nil for all.
  var mask: [Bool]?
  /// Where the text that spans count in lies in the joined text.
  var spannedStart = 0

  /// Whether no token is scored.
  var isCompletionEmpty: Bool { trainedCount == 0 }
  /// Number of tokens that are scored.
  var trainedCount: Int { mask?.count { $0 } ?? max(0, ids.count - completionStart) }
  /// The row for training or scoring.
  ///
  /// - Precondition: The completion is not empty.
  var sequence: TokenSequence {
    TokenSequence(
      ids: ids,
      completionStart: completionStart,
      weights: mask.map { $0.map { $0 ? 1 : 0 } }
    )
  }
}

/// Turns rows of text into token ids.
///
/// Prompt and completion are joined and encoded once, as the model will meet them; the boundary is
/// placed by character offsets, so a token across it belongs to the completion. Messages become
/// text by the model's chat template.
struct RowEncoder: Sendable {
  let tokenizer: any Tokenizer
  /// Renders messages.
  let chat: ChatRenderer
  /// Whether of a conversation only what the assistant says is trained on.
  var trainsAssistantOnly = false
  /// The token that is put after a completion; nil when the model has none.
  let endToken: Int32?
  /// Tokens that end a response.
  let endTokens: Set<Int32>
  /// Ids below this exist in the model.
  let vocabularySize: Int
  /// Most tokens the model takes.
  let maximumPositions: Int
  /// What the tokenizer puts before and after every text.
  private let prefix: [Int32]
  private let suffix: [Int32]

  init(
    tokenizer: any Tokenizer,
    configuration: ModelConfiguration,
    companions: ModelCompanions,
    context: CommandContext? = nil
  ) {
    self.tokenizer = tokenizer
    chat = ChatRenderer(companions, context: context)
    endToken = tokenizer.endOfText ?? configuration.endOfText.first
    endTokens = Set(
      configuration.endOfText + companions.generation.endTokens
        + [tokenizer.endOfText].compactMap { $0 }
    )
    vocabularySize = configuration.vocabularySize
    maximumPositions = configuration.maximumPositions
    let bare = tokenizer.encode("a", addSpecialTokens: false)
    let dressed = tokenizer.encode("a", addSpecialTokens: true)
    let start =
      (0...max(0, dressed.count - bare.count)).first {
        dressed[$0..<min(dressed.count, $0 + bare.count)].elementsEqual(bare)
      } ?? 0
    prefix = Array(dressed[..<start])
    suffix = Array(dressed[min(dressed.count, start + bare.count)...])
  }

  init(_ text: TextModel, context: CommandContext? = nil) {
    self.init(
      tokenizer: text.tokenizer,
      configuration: text.model.configuration,
      companions: text.companions,
      context: context
    )
  }

  /// A prompt with its completion.
  ///
  /// - Parameter endsText: Whether the end token is appended unless the text ends with one.
  func encode(prompt: String, completion: String, endsText: Bool) -> EncodedRow {
    let boundary = prompt.utf8.count
    var row = dressed(prompt + completion, endsText: endsText)
    let length = boundary + completion.utf8.count
    let first =
      row.ranges.indices.first { index in
        index >= prefix.count
          && (row.ranges[index].upperBound > boundary || row.ranges[index] == length..<length)
      } ?? row.ids.count
    row.spannedStart = boundary
    row.completionStart = max(1, first)
    row.straddles = first < row.ids.count && row.ranges[first].lowerBound < boundary
    return row
  }

  /// A text of which every token but the first is scored.
  func encode(text: String, endsText: Bool = false) -> EncodedRow {
    dressed(text, endsText: endsText)
  }

  /// A prompt to be continued: nothing is put after it.
  func promptIDs(_ text: String) -> [Int32] {
    prefix + tokenizer.encode(text, addSpecialTokens: false)
  }

  private func dressed(_ text: String, endsText: Bool) -> EncodedRow {
    let length = text.utf8.count
    let tokens = tokenizer.encodeWithOffsets(text)
    var ids = prefix + tokens.map(\.id) + suffix
    if endsText, let endToken, ids.last.map({ !endTokens.contains($0) }) ?? true {
      ids.append(endToken)
    }
    let ranges =
      prefix.map { _ in 0..<0 } + tokens.map(\.range)
      + (0..<ids.count - prefix.count - tokens.count).map { _ in length..<length }
    return EncodedRow(ids: ids, completionStart: 1, ranges: ranges)
  }
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

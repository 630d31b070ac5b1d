import RealignText

/// A text as token ids, and from where on its tokens are scored.
public struct EncodedText: Sendable, Equatable {
  /// All ids, what the tokenizer puts around a text included.
  public var ids: [Int32]
  /// Index of the first token that is not wholly in the prompt, at least 1.
  public var completionStart: Int
  /// Per id, its UTF-8 bytes in the joined text; empty for tokens that stand for no text.
  public var ranges: [Range<Int>]
  /// Whether a token begins in the prompt and ends in the completion.
  public var straddles: Bool
  /// Where the completion's first byte lies, or would lie, in the joined text.
  public var completionOffset = 0

  /// An encoded text; by default one of which every token but the first is scored.
  public init(
    ids: [Int32],
    ranges: [Range<Int>],
    completionStart: Int = 1,
    straddles: Bool = false
  ) {
    self.ids = ids
    self.ranges = ranges
    self.completionStart = completionStart
    self.straddles = straddles
  }

  /// Places the boundary of prompt and completion.
  ///
  /// - Parameters:
  ///   - boundary: UTF-8 bytes of the prompt.
  ///   - length: UTF-8 bytes of the joined text; tokens that stand for no text lie at its end.
  public mutating func place(boundary: Int, length: Int) {
    let first =
      ranges.indices.first {
        ranges[$0].upperBound > boundary || (length > 0 && ranges[$0] == length..<length)
      } ?? ids.count
    completionStart = max(1, first)
    straddles = first < ids.count && ranges[first].lowerBound < boundary
  }
}

/// Turns prompts with completions into token ids.
///
/// Prompt and completion are joined and encoded once, as the model will meet them; the boundary is
/// placed by character offsets, so a token across it belongs to the completion.
public struct TextEncoder: Sendable {
  /// The tokenizer.
  public let tokenizer: any Tokenizer
  /// The token that is put after a completion; nil when there is none.
  public let endToken: Int32?
  /// Tokens that end a response.
  public let endTokens: Set<Int32>
  /// What is written around prompts; nil takes them as they are.
  public var frame: ChatFrame?
  /// What the tokenizer puts before and after every text.
  private let prefix: [Int32]
  private let suffix: [Int32]

  /// An encoder that puts `endToken` after completions without one of `endTokens`.
  public init(tokenizer: any Tokenizer, endToken: Int32?, endTokens: Set<Int32>) {
    self.tokenizer = tokenizer
    self.endToken = endToken
    self.endTokens = endTokens
    let bare = tokenizer.encode("a", addSpecialTokens: false)
    let dressed = tokenizer.encode("a", addSpecialTokens: true)
    let start =
      (0...max(0, dressed.count - bare.count)).first {
        dressed[$0..<min(dressed.count, $0 + bare.count)].elementsEqual(bare)
      } ?? 0
    prefix = Array(dressed[..<start])
    suffix = Array(dressed[min(dressed.count, start + bare.count)...])
  }

  /// A prompt with its completion.
  ///
  /// - Parameter endsText: Whether the end token is appended unless the text ends with one.
  public func encode(prompt: String, completion: String, endsText: Bool) -> EncodedText {
    guard let frame else {
      var result = encode(text: prompt + completion, endsText: endsText)
      let boundary = prompt.utf8.count
      result.place(boundary: boundary, length: boundary + completion.utf8.count)
      result.completionOffset = boundary
      return result
    }
    // The template ends with what separates, so the answer begins without a space.
    let answer = completion.hasPrefix(" ") ? String(completion.dropFirst()) : completion
    let start = frame.before + prompt + frame.after
    let boundary = start.utf8.count
    let content = frame.range(of: prompt)
    let length = boundary + answer.utf8.count
    var tokens = tokenizer.encodeWithOffsets(
      start + answer,
      content: [content, boundary..<length].filter { !$0.isEmpty }
    )
    if endsText, let endToken, tokens.last.map({ !endTokens.contains($0.id) }) ?? true {
      tokens.append((endToken, length..<length))
    }
    var result = EncodedText(ids: tokens.map(\.id), ranges: tokens.map(\.range))
    result.place(boundary: boundary, length: length)
    result.completionOffset = boundary - (completion.utf8.count - answer.utf8.count)
    return result
  }

  /// A text of which every token but the first is scored.
  public func encode(text: String, endsText: Bool = false) -> EncodedText {
    let length = text.utf8.count
    let tokens = tokenizer.encodeWithOffsets(text)
    var ids = prefix + tokens.map(\.id) + suffix
    if endsText, let endToken, ids.last.map({ !endTokens.contains($0) }) ?? true {
      ids.append(endToken)
    }
    let ranges =
      prefix.map { _ in 0..<0 } + tokens.map(\.range)
      + (0..<ids.count - prefix.count - tokens.count).map { _ in length..<length }
    return EncodedText(ids: ids, ranges: ranges)
  }

  /// A prompt to be continued: nothing is put after it.
  public func promptIDs(_ text: String) -> [Int32] {
    guard let frame else { return prefix + tokenizer.encode(text, addSpecialTokens: false) }
    return tokenizer.encode(
      frame.before + text + frame.after,
      content: [frame.range(of: text)].filter { !$0.isEmpty }
    )
  }
}

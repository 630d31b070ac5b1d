/// Text to token ids and back.
public protocol Tokenizer: Sendable {
  /// The ids of a text.
  ///
  /// - Parameter addSpecialTokens: Whether to add what the tokenizer puts around every text, such
  ///   as a beginning-of-text token.
  func encode(_ text: String, addSpecialTokens: Bool) -> [Int32]

  /// The ids of a text with the UTF-8 bytes of the text that each stands for, no token added.
  ///
  /// The ranges follow one another in order; a token may begin or end inside a character.
  func encodeWithOffsets(_ text: String) -> [(id: Int32, range: Range<Int>)]

  /// The text of ids; bytes that are not UTF-8 become U+FFFD, unknown ids are left out.
  func decode(_ ids: [Int32], skipSpecialTokens: Bool) -> String

  /// The bytes that a token stands for, or `nil` for an unknown id.
  func bytes(of id: Int32) -> [UInt8]?

  /// The number of rows that an embedding of the ids needs: the greatest id plus one.
  var vocabularySize: Int { get }

  /// The id of a token as the vocabulary spells it.
  func id(of token: String) -> Int32?

  /// A token as the vocabulary spells it.
  func token(_ id: Int32) -> String?

  /// Whether an id is that of a special token, left out of decoded text on demand.
  func isSpecial(_ id: Int32) -> Bool

  /// The token that ends a text or an answer.
  var endOfText: Int32? { get }

  /// The token that begins a text.
  var beginOfText: Int32? { get }

  /// The token that fills a batch up.
  var padding: Int32? { get }
}

extension Tokenizer {
  /// The ids of a text, with what the tokenizer puts around every text.
  public func encode(_ text: String) -> [Int32] { encode(text, addSpecialTokens: true) }

  /// The text of ids, special tokens left out.
  public func decode(_ ids: [Int32]) -> String { decode(ids, skipSpecialTokens: true) }
}

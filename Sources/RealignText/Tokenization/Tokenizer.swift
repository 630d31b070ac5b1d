/// Text to token ids and back.
public protocol Tokenizer: Sendable {
  /// The ids of a text.
  ///
  /// - Parameter addSpecialTokens: Whether to add what the tokenizer puts around every text, such
  ///   as a beginning-of-text token.
  func encode(_ text: String, addSpecialTokens: Bool) -> [Int32]

  /// The ids of a text in which no special token is found that overlaps the given ranges; nothing
  /// is put around the text.
  ///
  /// - Parameter content: UTF-8 ranges of the text that come from outside, in order and apart.
  func encode(_ text: String, content: [Range<Int>]) -> [Int32]

  /// The ids of a text with the UTF-8 bytes of the text that each stands for, no token added.
  ///
  /// The ranges follow one another in order; a token may begin or end inside a character.
  func encodeWithOffsets(_ text: String) -> [(id: Int32, range: Range<Int>)]

  /// The same for a text in which no special token is found that overlaps the given ranges.
  ///
  /// - Parameter content: UTF-8 ranges of the text that come from outside, in order and apart.
  func encodeWithOffsets(
    _ text: String,
    content: [Range<Int>]
  ) -> [(id: Int32, range: Range<Int>)]

  /// The text of ids; bytes that are not UTF-8 become U+FFFD, unknown ids are left out.
  func decode(_ ids: [Int32], skipSpecialTokens: Bool) -> String

  /// The bytes that a token stands for, or `nil` for an unknown id.
  func bytes(of id: Int32) -> [UInt8]?

  /// The bytes that a token stands for at the start of a text, where some tokenizers leave a space
  /// away; `nil` for an unknown id.
  func leadingBytes(of id: Int32) -> [UInt8]?

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

  /// The added tokens in the order of their ids.
  var addedTokens: [AddedToken] { get }

  /// The number of merges, for tokenizers that have them.
  var mergeCount: Int { get }

  /// The keys of `tokenizer_config.json` that the tokenizer does not interpret; among them
  /// `chat_template`.
  var extraConfiguration: JSONObject { get }

  /// The bytes of `tokenizer.json`: the same for the same tokenizer every time, so that their
  /// digest identifies it.
  func serializedBytes() -> [UInt8]

  /// Writes `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`, each by
  /// rename, into a directory that is made if it does not exist.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  func save(to directory: String) throws
}

extension Tokenizer {
  /// The ids of a text, with what the tokenizer puts around every text.
  public func encode(_ text: String) -> [Int32] { encode(text, addSpecialTokens: true) }

  /// The bytes that a token stands for, wherever it is.
  public func leadingBytes(of id: Int32) -> [UInt8]? { bytes(of: id) }

  /// Every token as the vocabulary spells it, in the order of ids.
  public var vocabulary: [(token: String, id: Int32)] {
    (0..<Int32(vocabularySize)).compactMap { id in token(id).map { ($0, id) } }
  }

  /// The text of ids, special tokens left out.
  public func decode(_ ids: [Int32]) -> String { decode(ids, skipSpecialTokens: true) }
}

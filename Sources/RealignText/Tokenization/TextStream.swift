/// Text that comes token by token, a character held back until all its bytes are there.
public struct TextStream: Sendable {
  private let tokenizer: any Tokenizer
  private let skipsSpecialTokens: Bool
  private var pending: [UInt8] = []
  private var isAtStart = true

  /// A stream that has seen no token.
  public init(tokenizer: any Tokenizer, skipSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skipSpecialTokens
  }

  /// The text that a further token completes, perhaps none.
  ///
  /// What all calls and `finish()` return, joined, is what `decode` returns for all ids.
  public mutating func append(_ id: Int32) -> String {
    guard !(skipsSpecialTokens && tokenizer.isSpecial(id)),
      let bytes = isAtStart ? tokenizer.leadingBytes(of: id) : tokenizer.bytes(of: id)
    else { return "" }
    isAtStart = false
    pending.append(contentsOf: bytes)
    let complete = completeLength()
    let text = String(decoding: pending[..<complete], as: UTF8.self)
    pending.removeFirst(complete)
    return text
  }

  /// The text of the bytes held back, U+FFFD for an unfinished character.
  public mutating func finish() -> String {
    defer { pending.removeAll() }
    return String(decoding: pending, as: UTF8.self)
  }

  /// The number of bytes before a character that further bytes may complete.
  private func completeLength() -> Int {
    var position = 0
    while position < pending.count {
      let (length, isValid) = UTF8Check.sequence(pending, at: position, end: pending.count)
      let isFirstByteOfMore = 0xC2...0xF4 ~= pending[position]
      if !isValid, isFirstByteOfMore, position + length == pending.count { return position }
      position += length
    }
    return position
  }
}

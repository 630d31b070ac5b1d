extension ComposedTokenizer {
  /// The text of ids; what is not UTF-8 becomes U+FFFD, unknown ids are left out.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool) -> String {
    join(ids.lazy.filter { !(skipSpecialTokens && isSpecial($0)) }.compactMap { spelling($0) })
  }

  /// What the decoders see of a token: an added token that is normalised in that form.
  private func spelling(_ id: Int32) -> String? { normalizedContents[id] ?? token(id) }

  private func join(_ tokens: [String]) -> String {
    guard let decoders else { return tokens.joined(separator: " ") }
    return decoders.reduce(tokens) { $1.decode($0) }.joined()
  }

  /// The bytes that a token stands for inside of a text, or `nil` for an unknown id.
  public func bytes(of id: Int32) -> [UInt8]? {
    spelling(id).map { rawBytes($0) ?? between($0, isFirst: false) }
  }

  /// The bytes that a token stands for at the start of a text, or `nil` for an unknown id.
  public func leadingBytes(of id: Int32) -> [UInt8]? {
    spelling(id).map { rawBytes($0) ?? between($0, isFirst: true) }
  }

  /// The bytes of tokens that stand for single bytes or spell them.
  private func rawBytes(_ token: String) -> [UInt8]? {
    for decoder in decoders ?? [] {
      if decoder is ByteFallbackDecoder, let byte = ByteFallbackDecoder.byte(token) {
        return [byte]
      }
      if decoder is ByteLevelDecoder { return ByteAlphabet.bytes(of: token) ?? Array(token.utf8) }
    }
    return nil
  }

  /// What a token adds to a text when a word follows, and perhaps one stands before it.
  private func between(_ token: String, isFirst: Bool) -> [UInt8] {
    let word = "a"
    let one = join([word]).utf8.count
    let following = join([word, word]).utf8.count - one
    let text = Array(join(isFirst ? [token, word] : [word, token, word]).utf8)
    return Array(text.dropFirst(isFirst ? 0 : one).dropLast(following))
  }
}

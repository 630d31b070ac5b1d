/// `ByteLevel`: spellings become bytes, and all of them together text.
struct ByteLevelDecoder: TokenDecoder {
  init(_ settings: ComponentSettings) throws {}

  func decode(_ tokens: [String]) -> [String] {
    var bytes: [UInt8] = []
    for token in tokens { bytes += ByteAlphabet.bytes(of: token) ?? Array(token.utf8) }
    return [String(decoding: bytes, as: UTF8.self)]
  }
}

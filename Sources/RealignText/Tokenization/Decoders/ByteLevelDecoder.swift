/// `ByteLevel`: spellings become bytes, and all of them together text.
struct ByteLevelDecoder: TokenDecoder {
  init(_ settings: ComponentSettings) throws {}

  /// A character of two bytes may spell a byte that is not UTF-8, which becomes three.
  var growth: Double { 1.5 }

  func decode(_ tokens: [String]) -> [String] {
    var bytes: [UInt8] = []
    for token in tokens { bytes += ByteAlphabet.bytes(of: token) ?? Array(token.utf8) }
    return [String(decoding: bytes, as: UTF8.self)]
  }
}

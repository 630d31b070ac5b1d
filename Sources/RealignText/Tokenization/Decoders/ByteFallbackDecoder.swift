/// `ByteFallback`: tokens such as `<0x0A>` become bytes.
///
/// A run of them that is not UTF-8 becomes one U+FFFD for each.
struct ByteFallbackDecoder: TokenDecoder {
  init(_ settings: ComponentSettings) throws {}

  func decode(_ tokens: [String]) -> [String] {
    var result: [String] = []
    var pending: [UInt8] = []
    func flush() {
      guard !pending.isEmpty else { return }
      if UTF8Check.firstInvalid(pending, 0..<pending.count) == nil {
        result.append(String(decoding: pending, as: UTF8.self))
      } else {
        result += repeatElement("\u{FFFD}", count: pending.count)
      }
      pending.removeAll()
    }
    for token in tokens {
      if let byte = Self.byte(token) {
        pending.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  /// The byte that a token such as `<0x0A>` spells.
  static func byte(_ token: String) -> UInt8? {
    let bytes = Array(token.utf8)
    guard bytes.count == 6, bytes.starts(with: "<0x".utf8), bytes[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: bytes[3..<5], as: UTF8.self), radix: 16)
  }
}

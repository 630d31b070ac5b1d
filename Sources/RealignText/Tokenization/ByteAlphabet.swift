/// The printable characters by which byte-level vocabularies spell bytes, those of GPT-2.
///
/// The 188 printable bytes of Latin-1 stand for themselves, the 68 others for U+0100 and up.
enum ByteAlphabet {
  /// The scalar of every byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0...255).map { (byte: UInt8) in
      if isPrintable(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "?"
    }
  }()

  /// The bytes in the order of their scalars, which is the order of ids in a new vocabulary.
  static let order: [UInt8] = (0...255).sorted { scalars[Int($0)] < scalars[Int($1)] }

  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x144)
    for byte in 0...255 { table[Int(scalars[byte].value)] = Int16(byte) }
    return table
  }()

  private static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
    default: false
    }
  }

  /// The bytes that a token spells, or `nil` if it has a character outside the alphabet.
  static func bytes(of token: String) -> [UInt8]? {
    let table = bytes
    var result: [UInt8] = []
    result.reserveCapacity(token.utf8.count)
    for scalar in token.unicodeScalars {
      guard scalar.value < 0x144, table[Int(scalar.value)] >= 0 else { return nil }
      result.append(UInt8(table[Int(scalar.value)]))
    }
    return result
  }

  /// The token that spells the bytes.
  static func token(of bytes: some Sequence<UInt8>) -> String {
    var token = ""
    for byte in bytes { token.unicodeScalars.append(scalars[Int(byte)]) }
    return token
  }
}

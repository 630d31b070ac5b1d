import Crypto

/// SHA-256 over lists of tokens and over texts, each with its length, so that none runs into the
/// next.
public struct TokenDigest {
  private var hash = SHA256()

  /// A digest of nothing yet.
  public init() {}

  /// Adds a list of tokens.
  public mutating func append(_ ids: [Int32]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * ids.count + 4)
    Self.append(Int32(ids.count), to: &bytes)
    for id in ids { Self.append(id, to: &bytes) }
    hash.update(data: bytes)
  }

  /// Adds a mask; none is an empty one.
  public mutating func append(_ mask: [Bool]?) { append((mask ?? []).map { $0 ? 1 : 0 }) }

  /// Adds a text.
  public mutating func append(_ text: String) {
    var bytes: [UInt8] = []
    Self.append(Int32(text.utf8.count), to: &bytes)
    hash.update(data: bytes + Array(text.utf8))
  }

  /// Adds a pair and its masks.
  public mutating func append(_ example: PreferenceExample) {
    append(example.prompt)
    append(example.chosen)
    append(example.rejected)
    append(example.chosenMask)
    append(example.rejectedMask)
  }

  /// The digest of what was added so far, in lower-case hexadecimal.
  public var hexadecimal: String {
    hash.finalize().hexadecimal
  }

  private static func append(_ value: Int32, to bytes: inout [UInt8]) {
    let bits = UInt32(bitPattern: value)
    for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
  }
}

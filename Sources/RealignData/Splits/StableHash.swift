/// A 64-bit hash that is the same in every run, on every machine and in every version.
///
/// FNV-1a over the seed's eight bytes (least significant first) and the text's UTF-8, then the
/// finaliser of SplitMix64 (Steele, Lea & Flood 2014), which spreads close inputs over all bits.
/// Not for security.
public enum StableHash {
  /// The hash of a text under a seed.
  public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for shift in stride(from: 0, to: 64, by: 8) {
      mix(&state, UInt8(truncatingIfNeeded: seed >> UInt64(shift)))
    }
    for byte in text.utf8 { mix(&state, byte) }
    return finalized(state)
  }

  /// The hash as a number in [0, 1) with 53 bits.
  public static func unit(_ text: String, seed: UInt64 = 0) -> Double {
    Double(hash(text, seed: seed) >> 11) * 0x1p-53
  }

  /// SplitMix64's finaliser.
  static func finalized(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  private static func mix(_ state: inout UInt64, _ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }
}

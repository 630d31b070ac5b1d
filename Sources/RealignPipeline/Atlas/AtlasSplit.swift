/// The three disjoint parts of the Atlas name space.
///
/// The split is a property of every single *word*: all words of a held-out name, entity or value,
/// belong to its split, so no word of a development or test name ever occurs in training text.
public enum AtlasSplit: String, Sendable, CaseIterable {
  /// Names that training may use: 70 %.
  case train
  /// Names for choosing thresholds and checkpoints: 10 %.
  case dev
  /// Names for the final figures: 20 %.
  case test

  /// The split that a generated word belongs to, whatever its letter case.
  ///
  /// The FNV-1a hash of the lower-case UTF-8 bytes, finished by an avalanche, modulo ten.
  public static func of(word: String) -> AtlasSplit {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word.lowercased().utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    switch (hash ^ (hash >> 33)) % 10 {
    case 0, 1: return .test
    case 2: return .dev
    default: return .train
    }
  }
}

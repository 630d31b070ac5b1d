/// A hash table from pairs of token ids to a 64-bit value, open addressing, linear probing.
///
/// The hash differs from process to process, as that of `Dictionary` does, so that no file can
/// choose ids that are all stored in one place.
struct PairTable: Sendable {
  private var keys: [UInt64]
  private var values: [UInt64]
  private var mask: Int
  private let seed: UInt64
  /// The number of keys.
  private(set) var count = 0

  private static let empty = UInt64.max

  /// A table with room for a number of keys.
  init(minimumCapacity: Int = 16) {
    var size = 32
    while size < 2 * minimumCapacity { size *= 2 }
    keys = [UInt64](repeating: Self.empty, count: size)
    values = [UInt64](repeating: 0, count: size)
    mask = size - 1
    seed = UInt64(truncatingIfNeeded: size.hashValue) | 1
  }

  /// The key of a pair of ids, neither of them negative.
  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The ids of a key.
  static func pair(_ key: UInt64) -> (left: Int32, right: Int32) {
    (Int32(truncatingIfNeeded: key >> 32), Int32(truncatingIfNeeded: key))
  }

  /// The value of a key.
  subscript(key: UInt64) -> UInt64? {
    let slot = slot(of: key)
    return keys[slot] == key ? values[slot] : nil
  }

  /// Stores a value in place of any other.
  mutating func set(_ key: UInt64, _ value: UInt64) {
    var slot = slot(of: key)
    if keys[slot] != key {
      if 2 * (count + 1) > mask + 1 {
        grow()
        slot = self.slot(of: key)
      }
      keys[slot] = key
      count += 1
    }
    values[slot] = value
  }

  /// The pairs of keys and values, in no particular order.
  func forEach(_ body: (UInt64, UInt64) -> Void) {
    for slot in keys.indices where keys[slot] != Self.empty { body(keys[slot], values[slot]) }
  }

  /// The greatest number of places that looking for a key takes.
  var longestSearch: Int {
    let places = keys.indices.filter { keys[$0] != Self.empty }
    return places.map { (($0 - home(of: keys[$0])) & mask) + 1 }.max() ?? 0
  }

  private func slot(of key: UInt64) -> Int {
    var slot = home(of: key)
    while keys[slot] != key, keys[slot] != Self.empty { slot = (slot + 1) & mask }
    return slot
  }

  /// Where a key is if no other is there.
  private func home(of key: UInt64) -> Int {
    // A product's high bits depend on all bits of its factors.
    var hash = (key ^ seed) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ hash >> 32) &* seed
    return Int(truncatingIfNeeded: hash >> 32) & mask
  }

  private mutating func grow() {
    var larger = PairTable(minimumCapacity: mask + 1)
    forEach { larger.set($0, $1) }
    self = larger
  }
}

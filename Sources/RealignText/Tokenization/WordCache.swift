import Synchronization

/// The ids of words met before, shared by all threads that use one tokenizer.
///
/// Bounded: when a shard is full nothing more is added, as the frequent words came early.
final class WordCache: Sendable {
  /// Words longer than this many bytes are not kept.
  static let maximumWordBytes = 48

  private static let shardBits = 4

  private let shards: [Shard] = (0..<1 << shardBits).map { _ in Shard() }

  private final class Shard: Sendable {
    let content = Mutex(WordCacheShard())
  }

  /// Appends the ids of a word, if it is known.
  func append(_ bytes: [UInt8], _ word: Range<Int>, hash: UInt64, to ids: inout [Int32]) -> Bool {
    let shard = shards[Int(truncatingIfNeeded: hash >> (64 - Self.shardBits))]
    return shard.content.withLock { content in
      guard let range = content.find(bytes, word, hash: hash) else { return false }
      ids.append(contentsOf: content.ids[range])
      return true
    }
  }

  /// Remembers the ids of a word.
  func insert(_ bytes: [UInt8], _ word: Range<Int>, hash: UInt64, ids: ArraySlice<Int32>) {
    let shard = shards[Int(truncatingIfNeeded: hash >> (64 - Self.shardBits))]
    shard.content.withLock { $0.insert(bytes, word, hash: hash, ids: ids) }
  }

  /// FNV-1a, its high bits mixed.
  static func hash(_ bytes: [UInt8], _ word: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for position in word { hash = (hash ^ UInt64(bytes[position])) &* 0x100_0000_01B3 }
    return (hash ^ (hash >> 29)) &* 0x9E37_79B9_7F4A_7C15
  }
}

/// One part of a word cache: an open-addressing table into two flat buffers.
struct WordCacheShard {
  private struct Slot {
    var hash: UInt64 = 0
    var wordStart: Int32 = 0
    var wordCount: Int32 = 0
    var idStart: Int32 = 0
    var idCount: Int32 = 0
  }

  private static let slotCount = 1 << 13
  /// Words that hash alike beyond this many are not kept, so that no text can make probing slow.
  private static let maximumProbes = 8

  private var slots: [Slot] = []
  private var words: [UInt8] = []
  private(set) var ids: [Int32] = []
  private var count = 0

  /// Where the ids of a word are.
  func find(_ bytes: [UInt8], _ word: Range<Int>, hash: UInt64) -> Range<Int>? {
    guard !slots.isEmpty else { return nil }
    var index = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    for _ in 0..<Self.maximumProbes {
      let slot = slots[index]
      guard slot.wordCount > 0 else { return nil }
      if slot.hash == hash, holds(slot, bytes, word) {
        return Int(slot.idStart)..<Int(slot.idStart + slot.idCount)
      }
      index = (index + 1) & (Self.slotCount - 1)
    }
    return nil
  }

  /// Stores the ids of a word unless there is no room.
  mutating func insert(
    _ bytes: [UInt8],
    _ word: Range<Int>,
    hash: UInt64,
    ids newIDs: ArraySlice<Int32>
  ) {
    guard !word.isEmpty, 2 * count < Self.slotCount else { return }
    if slots.isEmpty { slots = [Slot](repeating: Slot(), count: Self.slotCount) }
    var index = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
    for _ in 0..<Self.maximumProbes {
      if slots[index].wordCount == 0 {
        slots[index] = Slot(
          hash: hash,
          wordStart: Int32(words.count),
          wordCount: Int32(word.count),
          idStart: Int32(ids.count),
          idCount: Int32(newIDs.count)
        )
        words.append(contentsOf: bytes[word])
        ids.append(contentsOf: newIDs)
        count += 1
        return
      }
      // Another thread may have been faster.
      if slots[index].hash == hash, holds(slots[index], bytes, word) { return }
      index = (index + 1) & (Self.slotCount - 1)
    }
  }

  private func holds(_ slot: Slot, _ bytes: [UInt8], _ word: Range<Int>) -> Bool {
    guard Int(slot.wordCount) == word.count else { return false }
    let start = Int(slot.wordStart)
    for offset in 0..<word.count where words[start + offset] != bytes[word.lowerBound + offset] {
      return false
    }
    return true
  }
}

import Synchronization

/// The ids of words met before, kept by a tokenizer for the threads that use it.
///
/// Each thread borrows a table of its own while it encodes a text, so there is one lock for a text
/// and none for a word. What a table holds changes how fast a word is encoded, never how.
final class WordCache: Sendable {
  private let idle = Mutex<[WordTable]>([])

  /// A table that nobody else uses until it is given back.
  func borrow() -> WordTable { idle.withLock { $0.popLast() } ?? WordTable() }

  /// Takes a table back.
  func giveBack(_ table: consuming WordTable) {
    let table = table
    idle.withLock { $0.append(table) }
  }
}

/// A word as a table looks for it.
struct WordKey {
  /// The word's bytes if there are at most 16; otherwise a hash of them and zero.
  let low: UInt64
  let high: UInt64
  /// The number of bytes.
  let count: Int
  /// Where the word is looked for, in the upper bits.
  var hash: UInt64

  /// The key of a part of a text.
  init(_ bytes: Span<UInt8>, _ word: Range<Int>) {
    count = word.count
    if count <= 8 {
      low = EightBytes(bytes, part: word).word
      high = 0
    } else if count <= 16 {
      low = EightBytes(bytes, at: word.lowerBound).word
      high = EightBytes(bytes, part: word.lowerBound &+ 8..<word.upperBound).word
    } else {
      low = Self.digest(bytes, word)
      high = 0
    }
    hash = Self.hash(low, high, count)
  }

  /// Multiplication carries every bit upwards, so the upper bits depend on all.
  static func hash(_ low: UInt64, _ high: UInt64, _ count: Int) -> UInt64 {
    let mixed = (low ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
    let both = (mixed ^ mixed &>> 32) &+ high &* 0xC2B2_AE3D_27D4_EB4F
    return (both ^ both &>> 29) &* 0x9E37_79B9_7F4A_7C15
  }

  private static func digest(_ bytes: Span<UInt8>, _ word: Range<Int>) -> UInt64 {
    var result: UInt64 = 0
    var position = word.lowerBound
    while position < word.upperBound {
      let end = min(position &+ 8, word.upperBound)
      result = (result ^ EightBytes(bytes, part: position..<end).word) &* 0x9E37_79B9_7F4A_7C15
      result ^= result &>> 32
      position = end
    }
    return result
  }
}

/// An open-addressing table from words to their ids.
///
/// Bounded: when it is full nothing more is added, as the frequent words came early.
struct WordTable: Sendable {
  /// Words longer than this many bytes are not kept.
  static let maximumWordBytes = 128
  /// Words of which the table has this many slots at most half are used.
  private static let maximumSlots = 1 << 17
  private static let firstSlots = 1 << 11
  /// Words that hash alike beyond this many are not kept, so that no text can make probing slow.
  private static let maximumProbes = 8

  private struct Slot {
    var low: UInt64 = 0
    /// For words of more than 16 bytes, where they begin in `words`.
    var high: UInt64 = 0
    /// Up to two ids; of more than that, where they begin in `ids`.
    var first: Int32 = 0
    var second: Int32 = 0
    /// Zero if the slot is free.
    var wordCount: UInt8 = 0
    var idCount: UInt8 = 0
  }

  private var slots: [Slot] = []
  private var words: [UInt8] = []
  private var ids: [Int32] = []
  /// The number of words.
  private(set) var count = 0

  /// Appends the ids of a word; those of one that is not known by a function, to be kept.
  @inline(__always)
  mutating func append(
    _ bytes: [UInt8],
    _ word: Range<Int>,
    to result: inout [Int32],
    otherwise encode: (inout [Int32]) -> Void
  ) {
    guard word.count <= Self.maximumWordBytes else { return encode(&result) }
    let span = bytes.span
    let key = WordKey(span, word)
    if append(span, word, key, to: &result) { return }
    let start = result.count
    encode(&result)
    insert(span, word, key, ids: result[start...])
  }

  /// Appends the ids of a word, if it is known.
  func append(
    _ bytes: Span<UInt8>,
    _ word: Range<Int>,
    _ key: WordKey,
    to result: inout [Int32]
  ) -> Bool {
    guard !slots.isEmpty else { return false }
    let mask = slots.count &- 1
    var index = home(of: key.hash)
    for _ in 0..<Self.maximumProbes {
      let slot = slots[index]
      if slot.low == key.low, Int(slot.wordCount) == key.count,
        key.count <= 16 ? slot.high == key.high : holds(slot, bytes, word)
      {
        switch slot.idCount {
        case 0: break
        case 1: result.append(slot.first)
        case 2:
          result.append(slot.first)
          result.append(slot.second)
        default:
          for position in Int(slot.first)..<Int(slot.first) + Int(slot.idCount) {
            result.append(ids[position])
          }
        }
        return true
      }
      guard slot.wordCount > 0 else { return false }
      index = (index &+ 1) & mask
    }
    return false
  }

  /// Stores the ids of a word that is not there yet, unless there is no room.
  mutating func insert(
    _ bytes: Span<UInt8>,
    _ word: Range<Int>,
    _ key: WordKey,
    ids newIDs: ArraySlice<Int32>
  ) {
    guard !word.isEmpty, newIDs.count <= Int(UInt8.max) else { return }
    if 2 * (count + 1) > slots.count {
      guard slots.count < Self.maximumSlots else { return }
      grow()
    }
    guard let index = freeSlot(key.hash) else { return }
    var slot = Slot(low: key.low, high: key.high, wordCount: UInt8(key.count))
    slot.idCount = UInt8(newIDs.count)
    if newIDs.count <= 2 {
      slot.first = newIDs.first ?? 0
      slot.second = newIDs.last ?? 0
    } else {
      slot.first = Int32(ids.count)
      ids.append(contentsOf: newIDs)
    }
    if key.count > 16 {
      slot.high = UInt64(words.count)
      for position in word { words.append(bytes[position]) }
    }
    slots[index] = slot
    count += 1
  }

  private func home(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash &>> UInt64(64 &- slots.count.trailingZeroBitCount))
  }

  private func freeSlot(_ hash: UInt64) -> Int? {
    var index = home(of: hash)
    for _ in 0..<Self.maximumProbes {
      if slots[index].wordCount == 0 { return index }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: max(Self.firstSlots, 2 * old.count))
    count = 0
    for slot in old where slot.wordCount > 0 {
      let high = slot.wordCount > 16 ? 0 : slot.high
      guard let index = freeSlot(WordKey.hash(slot.low, high, Int(slot.wordCount))) else {
        continue
      }
      slots[index] = slot
      count += 1
    }
  }

  private func holds(_ slot: Slot, _ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
    let start = Int(slot.high)
    for offset in 0..<word.count where words[start + offset] != bytes[word.lowerBound + offset] {
      return false
    }
    return true
  }
}

/// Eight bytes looked at together, the first of them in the lowest bits of a word.
///
/// Masks have the top bit of every byte that meets the condition, and no other bit.
struct EightBytes {
  let word: UInt64

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The eight bytes from a position on, all of which must be there.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at position: Int) {
    // Of a part of known length no access needs a check of its own, so this is one load.
    let part = bytes.extracting(position..<position &+ 8)
    var word: UInt64 = 0
    for offset in 0..<8 { word |= UInt64(part[offset]) &<< UInt64(8 &* offset) }
    self.word = word
  }

  /// The bytes of a part of at most eight, zeros after them.
  @inline(__always)
  init(_ bytes: Span<UInt8>, part: Range<Int>) {
    if part.lowerBound &+ 8 <= bytes.count {
      let unused = UInt64(truncatingIfNeeded: 64 &- 8 &* part.count)
      // A shift by 64 would be one by 0.
      let kept = part.isEmpty ? 0 : UInt64.max &>> unused
      word = EightBytes(bytes, at: part.lowerBound).word & kept
    } else {
      var word: UInt64 = 0
      for position in part.reversed() { word = word &<< 8 | UInt64(bytes[position]) }
      self.word = word
    }
  }

  /// The bytes equal to a value.
  @inline(__always)
  func equal(to byte: UInt8) -> UInt64 {
    let difference = word ^ (Self.ones &* UInt64(byte))
    return ~(((difference & ~Self.tops) &+ ~Self.tops) | difference) & Self.tops
  }

  /// The bytes below a bound of at most 0x80.
  @inline(__always)
  func below(_ bound: UInt8) -> UInt64 { ~(atLeast(bound) | word) & Self.tops }

  /// The bytes of 0x80 and above.
  var beyondASCII: UInt64 { word & Self.tops }

  /// The bytes that are not ASCII letters.
  var notLetters: UInt64 {
    // Setting this bit makes capital letters small ones, and nothing else a letter.
    let small = EightBytes(word: word | Self.ones &* 0x20)
    let letters = small.atLeast(0x61) & ~small.atLeast(0x7B) & ~word
    return ~letters & Self.tops
  }

  private init(word: UInt64) { self.word = word }

  /// The top bit of bytes whose lower seven bits reach a bound; other bits are arbitrary.
  @inline(__always)
  private func atLeast(_ bound: UInt8) -> UInt64 {
    (word & ~Self.tops) &+ Self.ones &* UInt64(0x80 &- bound)
  }

  /// The number of bytes before the first in a mask, 8 if it is empty.
  @inline(__always)
  static func first(_ mask: UInt64) -> Int { mask.trailingZeroBitCount &>> 3 }
}

extension Span<UInt8> {
  /// The position of the first of a byte in a part, or the part's end.
  func firstIndex(of byte: UInt8, in part: Range<Int>) -> Int {
    var position = part.lowerBound
    while position &+ 8 <= part.upperBound {
      let mask = EightBytes(self, at: position).equal(to: byte)
      if mask != 0 { return position &+ EightBytes.first(mask) }
      position &+= 8
    }
    while position < part.upperBound, self[position] != byte { position &+= 1 }
    return position
  }

  /// How often a byte occurs in a part.
  func count(of byte: UInt8, in part: Range<Int>) -> Int {
    var result = 0
    var position = part.lowerBound
    while position &+ 8 <= part.upperBound {
      // Each byte of the sum counts for itself, up to 255.
      let stop = Swift.min(part.upperBound, position &+ 8 * 255)
      var sum: UInt64 = 0
      while position &+ 8 <= stop {
        sum &+= EightBytes(self, at: position).equal(to: byte) &>> 7
        position &+= 8
      }
      let pairs: UInt64 = 0x00FF_00FF_00FF_00FF
      let sums = (sum & pairs) &+ (sum &>> 8 & pairs)
      result &+= Int((sums &* 0x0001_0001_0001_0001) &>> 48)
    }
    while position < part.upperBound {
      if self[position] == byte { result &+= 1 }
      position &+= 1
    }
    return result
  }
}

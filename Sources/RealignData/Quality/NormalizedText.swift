import Foundation

/// A text reduced to what matters when texts are compared: its words in lower case, without
/// accents, punctuation and differences of white space.
public struct NormalizedText: Sendable, Hashable {
  /// The hash of each word, in order; equal words have equal hashes, and unequal ones do but for
  /// a chance of about 2⁻⁶⁴ per pair.
  public let words: [UInt64]

  /// The words of a text.
  public init(_ text: String) {
    let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
    words = isPlain ? Self.plainWords(text.utf8) : Self.plainWords(Self.folded(text).utf8)
  }

  /// One number for the whole text, equal for equal words.
  public var fingerprint: UInt64 { Self.fingerprint(words[...]) }

  /// One number for a run of words.
  static func fingerprint(_ words: ArraySlice<UInt64>) -> UInt64 {
    words.reduce(0x9E37_79B9_7F4A_7C15) { StableHash.finalized($0 &* 31 &+ $1) }
  }

  /// The fingerprints of all runs of `length` words, in order.
  ///
  /// - Precondition: `length` is positive.
  func runs(of length: Int) -> [UInt64] {
    precondition(length > 0, "length \(length) must be positive")
    guard words.count >= length else { return [] }
    // A polynomial over the word hashes, moved along one word at a time.
    let base: UInt64 = 0x9E37_79B9_7F4A_7C15 | 1
    let leading = (1..<length).reduce(UInt64(1)) { power, _ in power &* base }
    var value = words[..<length].reduce(UInt64(0)) { $0 &* base &+ $1 }
    var runs = [StableHash.finalized(value)]
    runs.reserveCapacity(words.count - length + 1)
    for next in length..<words.count {
      value = (value &- words[next - length] &* leading) &* base &+ words[next]
      runs.append(StableHash.finalized(value))
    }
    return runs
  }

  /// Lower case, compatibility forms replaced, accents removed, and other characters than letters
  /// and digits turned to spaces.
  private static func folded(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
      if scalar.value < 0x80 {
        folded.append(scalar)
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        folded.append(scalar)
      } else if scalar.properties.generalCategory != .nonspacingMark {
        folded.append(" ")
      }
    }
    return String(folded)
  }

  private static func plainWords(_ bytes: some Sequence<UInt8>) -> [UInt64] {
    var words: [UInt64] = []
    let empty: UInt64 = 0xCBF2_9CE4_8422_2325
    var state = empty
    func close() {
      if state != empty { words.append(StableHash.finalized(state)) }
      state = empty
    }
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): state = (state ^ UInt64(byte | 0x20)) &* prime
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
        state = (state ^ UInt64(byte)) &* prime
      default: close()
      }
    }
    close()
    return words
  }

  private static let prime: UInt64 = 0x0000_0100_0000_01B3
}

import Foundation

/// Decompositions and composites of single scalars.
struct NormalizationTables: Sendable {
  /// The tables that all tokenizers share.
  static let shared = NormalizationTables()

  /// Full decompositions, where there are any.
  private let canonical: [UInt32: [UInt32]]
  private let compatible: [UInt32: [UInt32]]
  /// Composites by the two scalars that they decompose into.
  private let composites: [UInt64: UInt32]

  private init() {
    var canonical: [UInt32: [UInt32]] = [:]
    var compatible: [UInt32: [UInt32]] = [:]
    var composable: [(value: UInt32, parts: [UInt32])] = []
    for value in UnicodeProperties.decomposed.values where !Hangul.isSyllable(value) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(Character(scalar))
      compatible[value] = Self.values(text.decomposedStringWithCompatibilityMapping)
      let parts = Self.values(text.decomposedStringWithCanonicalMapping)
      guard parts != [value] else { continue }
      canonical[value] = parts
      if Self.values(text.precomposedStringWithCanonicalMapping) == [value] {
        composable.append((value, parts))
      }
    }
    self.canonical = canonical
    self.compatible = compatible
    // Those of fewer parts first: what remains of the others are composites by then.
    composable.sort { ($0.parts.count, $0.value) < ($1.parts.count, $1.value) }
    var composites: [UInt64: UInt32] = [:]
    for (value, parts) in composable {
      guard var first = parts.first, let last = parts.last else { continue }
      for part in parts.dropFirst().dropLast() {
        first = composites[Self.key(first, part)] ?? first
      }
      composites[Self.key(first, last)] = value
    }
    self.composites = composites
  }

  private static func values(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  /// Appends the full decomposition of a scalar, itself where it has none.
  func decompose(_ value: UInt32, isCompatible: Bool, to result: inout [UInt32]) {
    if value < 0xA0 { return result.append(value) }
    if Hangul.isSyllable(value) { return Hangul.decompose(value, to: &result) }
    if let parts = isCompatible ? compatible[value] : canonical[value] {
      result += parts
    } else {
      result.append(value)
    }
  }

  /// The first scalar of a scalar's decomposition; a Hangul syllable for itself.
  func first(of value: UInt32, isCompatible: Bool) -> UInt32 {
    (isCompatible ? compatible[value] : canonical[value])?.first ?? value
  }

  /// The one scalar that canonically decomposes into two.
  func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    Hangul.composite(first, second) ?? composites[Self.key(first, second)]
  }
}

/// The arithmetic of Hangul syllables (The Unicode Standard, section 3.12).
private enum Hangul {
  private static let syllables: UInt32 = 0xAC00
  private static let leads: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  private static let tails: UInt32 = 0x11A7
  private static let vowelCount: UInt32 = 21
  private static let tailCount: UInt32 = 28
  private static let leadCount: UInt32 = 19

  static func isSyllable(_ value: UInt32) -> Bool { 0xAC00...0xD7A3 ~= value }

  static func decompose(_ value: UInt32, to result: inout [UInt32]) {
    let index = value - syllables
    let pair = index / tailCount
    result += [leads + pair / vowelCount, vowels + pair % vowelCount]
    if index % tailCount > 0 { result.append(tails + index % tailCount) }
  }

  static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leads..<leads + leadCount ~= first, vowels..<vowels + vowelCount ~= second {
      return syllables + ((first - leads) * vowelCount + second - vowels) * tailCount
    }
    guard isSyllable(first), (first - syllables) % tailCount == 0,
      tails + 1..<tails + tailCount ~= second
    else { return nil }
    return first + second - tails
  }
}

/// A set of Unicode scalars as a regular expression spells it.
indirect enum ScalarSet: Sendable, Equatable {
  /// The scalars from a first to a last value.
  case range(UInt32, UInt32)
  /// The scalars of some general categories, as a mask.
  case categories(UInt32)
  /// The scalars of a table.
  case runs(ScalarRuns)
  /// What is in any of some sets.
  case union([ScalarSet])
  /// What is in all of some sets.
  case intersection([ScalarSet])
  /// What is not in a set.
  case complement(ScalarSet)
  /// What is in a set or differs from a member in case only.
  case anyCase(ScalarSet)

  /// The union of some sets, in which all ranges are one and so are all categories.
  static func joining(_ sets: [ScalarSet]) -> ScalarSet {
    var ranges: [(first: UInt32, last: UInt32)] = []
    var mask: UInt32 = 0
    var parts: [ScalarSet] = []
    for set in sets {
      switch set {
      case .range(let first, let last): ranges.append((first, last))
      case .categories(let bits): mask |= bits
      default: parts.append(set)
      }
    }
    if mask != 0 { parts.append(.categories(mask)) }
    if let only = ranges.first {
      let isOne = ranges.count == 1
      parts.append(isOne ? .range(only.first, only.last) : .runs(ScalarRuns(ranges)))
    }
    return parts.count == 1 ? parts[0] : .union(parts)
  }

  /// One scalar.
  static func scalar(_ value: UInt32) -> ScalarSet { .range(value, value) }

  /// `\s`.
  static let spaces = ScalarSet.union([
    .range(0x09, 0x0D), .scalar(0x20), .scalar(0x85), .scalar(0xA0), .scalar(0x1680),
    .range(0x2000, 0x200A), .range(0x2028, 0x2029), .scalar(0x202F), .scalar(0x205F),
    .scalar(0x3000),
  ])
  /// `\w`.
  static let words = ScalarSet.runs(UnicodeProperties.regexWords)
  /// `\w` between brackets, where Oniguruma leaves out the superscripts and fractions of Latin-1.
  static let wordsInSets = ScalarSet.intersection([
    words, .complement(.union([.range(0xB2, 0xB3), .scalar(0xB9), .range(0xBC, 0xBE)])),
  ])
  /// `\d`.
  static let digits = ScalarSet.categories(GeneralCategory.decimalNumber.bit)
  /// `\h`.
  static let hexadecimalDigits = ScalarSet.union([
    .range(0x30, 0x39), .range(0x41, 0x46), .range(0x61, 0x66),
  ])
  /// The line feed.
  static let lineFeed = ScalarSet.scalar(0x0A)

  /// Whether a scalar value is in the set.
  func contains(_ value: UInt32) -> Bool {
    switch self {
    case .range(let first, let last): first <= value && value <= last
    case .categories(let mask): mask & GeneralCategoryTable.shared[value].bit != 0
    case .runs(let runs): runs.contains(value)
    case .union(let sets): sets.contains { $0.contains(value) }
    case .intersection(let sets): sets.allSatisfy { $0.contains(value) }
    case .complement(let set): !set.contains(value)
    case .anyCase(let set): set.members(of: [value] + CaseVariants.of(value)) != 0
    }
  }

  /// Which of some scalars that differ in case only are in the set, as bits.
  ///
  /// All are asked at once, as sets in sets would otherwise ask for each variant's variants.
  private func members(of variants: [UInt32]) -> UInt32 {
    let all: UInt32 = 1 << UInt32(variants.count) - 1
    switch self {
    case .union(let sets): return sets.reduce(0) { $0 | $1.members(of: variants) }
    case .intersection(let sets): return sets.reduce(all) { $0 & $1.members(of: variants) }
    case .complement(let set): return all & ~set.members(of: variants)
    case .anyCase(let set): return set.members(of: variants) == 0 ? 0 : all
    case .range, .categories, .runs:
      return variants.enumerated().reduce(0) { found, variant in
        contains(variant.element) ? found | 1 << UInt32(variant.offset) : found
      }
    }
  }
}

/// The scalars that differ from a scalar in case only (simple case folding).
enum CaseVariants {
  /// Groups that lower and upper case mappings of single scalars do not join.
  private static let groups: [[UInt32]] = [
    [0x4B, 0x6B, 0x212A], [0x53, 0x73, 0x17F], [0xC5, 0xE5, 0x212B], [0xB5, 0x39C, 0x3BC],
    [0xDF, 0x1E9E], [0x345, 0x399, 0x3B9, 0x1FBE], [0x392, 0x3B2, 0x3D0],
    [0x395, 0x3B5, 0x3F5], [0x398, 0x3B8, 0x3D1, 0x3F4], [0x39A, 0x3BA, 0x3F0],
    [0x3A0, 0x3C0, 0x3D6], [0x3A1, 0x3C1, 0x3F1], [0x3A3, 0x3C2, 0x3C3],
    [0x3A6, 0x3C6, 0x3D5], [0x3A9, 0x3C9, 0x2126], [0x1E60, 0x1E61, 0x1E9B],
    [0x1C4, 0x1C5, 0x1C6], [0x1C7, 0x1C8, 0x1C9], [0x1CA, 0x1CB, 0x1CC], [0x1F1, 0x1F2, 0x1F3],
  ]

  /// The other members of a scalar's group.
  static func of(_ value: UInt32) -> [UInt32] {
    if let group = groups.first(where: { $0.contains(value) }) { return group }
    guard let properties = Unicode.Scalar(value)?.properties else { return [] }
    return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
      text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
    }
  }
}

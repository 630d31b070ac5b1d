/// The Unicode general category of a scalar, in the order of the generated table.
enum GeneralCategory: UInt8, CaseIterable, Sendable {
  case uppercaseLetter, lowercaseLetter, titlecaseLetter, modifierLetter, otherLetter
  case nonspacingMark, spacingMark, enclosingMark
  case decimalNumber, letterNumber, otherNumber
  case connectorPunctuation, dashPunctuation, openPunctuation, closePunctuation
  case initialPunctuation, finalPunctuation, otherPunctuation
  case mathSymbol, currencySymbol, modifierSymbol, otherSymbol
  case spaceSeparator, lineSeparator, paragraphSeparator
  case control, format, privateUse, unassigned, surrogate

  /// The two-letter names by which regular expressions know the categories, in the same order.
  static let names = [
    "lu", "ll", "lt", "lm", "lo", "mn", "mc", "me", "nd", "nl", "no", "pc", "pd", "ps", "pe", "pi",
    "pf", "po", "sm", "sc", "sk", "so", "zs", "zl", "zp", "cc", "cf", "co", "cn", "cs",
  ]

  /// The bit of the category in a mask.
  var bit: UInt32 { 1 << UInt32(rawValue) }

  /// The categories that a name stands for, as a mask; the name in lower case.
  ///
  /// `l`, `lc` (cased letters) and the like stand for all categories that begin so.
  static func mask(named name: String) -> UInt32? {
    if name == "any" { return .max }
    if name == "lc" { return mask(of: ["lu", "ll", "lt"]) }
    if let long = longNames[name] { return mask(named: long) }
    let found = names.filter { name.count == 1 ? $0.hasPrefix(name) : $0 == name }
    return found.isEmpty ? nil : mask(of: found)
  }

  private static func mask(of chosen: [String]) -> UInt32 {
    var mask: UInt32 = 0
    for (index, name) in names.enumerated() where chosen.contains(name) { mask |= 1 << index }
    return mask
  }

  private static let longNames = [
    "letter": "l", "mark": "m", "number": "n", "punctuation": "p", "symbol": "s",
    "separator": "z", "other": "c", "uppercaseletter": "lu", "lowercaseletter": "ll",
    "titlecaseletter": "lt", "modifierletter": "lm", "otherletter": "lo",
    "decimalnumber": "nd", "spaceseparator": "zs", "control": "cc", "format": "cf",
    "unassigned": "cn", "punct": "p",
  ]
}

/// The general category of every scalar in the Unicode version of the reference's regular
/// expressions, 16.
struct GeneralCategoryTable: Sendable {
  /// The table that all tokenizers share.
  static let shared = GeneralCategoryTable()

  private let categories: [GeneralCategory]
  /// Categories of the last scalars, which have long runs, as first scalar and category.
  private let tail: [(start: UInt32, category: GeneralCategory)]
  private static let bound = 0x32400

  private init() {
    var categories: [GeneralCategory] = []
    categories.reserveCapacity(Self.bound)
    var tail: [(start: UInt32, category: GeneralCategory)] = []
    var position = 0
    for (category, length) in Self.runs() {
      let near = max(0, min(length, Self.bound - position))
      categories.append(contentsOf: repeatElement(category, count: near))
      if near < length { tail.append((UInt32(position + near), category)) }
      position += length
    }
    precondition(position == 0x110000, "categories of \(position) scalars; 1114112 expected")
    self.categories = categories
    self.tail = tail
  }

  private static func runs() -> [(GeneralCategory, Int)] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ<>?!".utf8)
    var codes = [GeneralCategory?](repeating: nil, count: 128)
    for (letter, category) in zip(letters, GeneralCategory.allCases) {
      codes[Int(letter)] = category
    }
    var result: [(GeneralCategory, Int)] = []
    var length = 0
    for byte in UnicodeTables.generalCategories.utf8 {
      if let category = codes[Int(byte)] {
        if length > 0, let last = result.indices.last { result[last].1 = length }
        length = 0
        result.append((category, 1))
      } else {
        length = 16 * length + (byte < 0x3A ? Int(byte) - 0x30 : Int(byte) - 0x57)
      }
    }
    if length > 0, let last = result.indices.last { result[last].1 = length }
    return result
  }

  /// The category of a scalar value.
  subscript(value: UInt32) -> GeneralCategory {
    if Int(value) < categories.count { return categories[Int(value)] }
    return tail.last { $0.start <= value }?.category ?? .unassigned
  }
}

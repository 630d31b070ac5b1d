/// Sets of scalars as the parts of the reference know them, each in its own Unicode version.
enum UnicodeProperties {
  /// `\w` of regular expressions.
  static let regexWords = ScalarRuns(table: UnicodeTables.regexWords)
  /// What the punctuation splitters and BERT take for punctuation.
  static let punctuation = ScalarRuns(table: UnicodeTables.punctuation)
  /// What BERT's normalizer cleans away.
  static let controls = ScalarRuns(table: UnicodeTables.controls)
  /// What stripping accents removes.
  static let combiningMarks = ScalarRuns(table: UnicodeTables.combiningMarks)
  /// What BERT's normalizer removes as accents.
  static let nonspacingMarks = ScalarRuns(table: UnicodeTables.nonspacingMarks)
  /// Scalars that canonical ordering moves.
  static let reorderedMarks = ScalarRuns(table: UnicodeTables.reorderedMarks)
  /// Scalars that decompose, canonically or by compatibility.
  static let decomposed = ScalarRuns(table: UnicodeTables.decomposed)

  /// Scripts and other properties, by name in lower case.
  static let named: [String: ScalarRuns] = {
    var result: [String: ScalarRuns] = [:]
    for entry in UnicodeTables.properties.split(separator: ";") {
      let parts = entry.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      result[parts[0].lowercased()] = ScalarRuns(table: parts[1])
    }
    return result
  }()

  /// The 25 scalars of white space.
  static func isSpace(_ value: UInt32) -> Bool { ScalarClassTable.shared[value] == .space }

  /// Whether the digit splitter sets a scalar apart.
  static func isNumeric(_ value: UInt32) -> Bool {
    let kind = ScalarClassTable.shared[value]
    return kind == .number || kind == .newerNumber
  }

  /// The ideographs around which BERT's normalizer puts spaces.
  static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF,
      0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// The UTF-8 bytes of a scalar value.
  static func utf8(_ value: UInt32) -> [UInt8] {
    Unicode.Scalar(value).map { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) } ?? []
  }
}

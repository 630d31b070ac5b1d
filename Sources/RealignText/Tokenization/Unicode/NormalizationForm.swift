/// A Unicode normalisation form (Unicode Standard Annex 15), in time linear but for sorting marks.
///
/// What decomposes and what is reordered is what the reference's tables say; how, Foundation says
/// scalar by scalar. Foundation's own whole-string functions take quadratic time on long runs of
/// marks, leave some Hangul and kana apart, and cannot tell which source bytes a result stands for.
enum NormalizationForm: String, Sendable {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  private var composes: Bool { self == .nfc || self == .nfkc }
  private var isCompatible: Bool { self == .nfkc || self == .nfkd }

  /// The greatest factor by which the UTF-8 bytes of a text grow (Unicode, FAQ on normalization).
  var growth: Double { isCompatible ? 11 : 3 }

  /// The text in this form; a changed stretch stands for the whole stretch that it came from.
  func apply(_ text: AlignedText) -> AlignedText {
    guard text.bytes.contains(where: { $0 >= 0x80 }) else { return text }
    var builder = AlignedTextBuilder(text)
    var stretch: [UInt32] = []
    var start = 0
    var position = 0
    while position < text.bytes.count {
      let (value, length) = ScalarClassTable.decode(text.bytes, at: position)
      if !stretch.isEmpty, beginsStretch(value) {
        finish(&stretch, start..<position, &builder)
        start = position
      }
      stretch.append(value)
      position += length
    }
    finish(&stretch, start..<position, &builder)
    return builder.finish()
  }

  /// Whether nothing before a scalar can combine or change places with it.
  private func beginsStretch(_ value: UInt32) -> Bool {
    if value < 0x300 { return true }
    let first = NormalizationTables.shared.first(of: value, isCompatible: isCompatible)
    switch first {
    case 0x1160...0x11FF, 0x16D63...0x16D6A: return false
    default:
      switch GeneralCategoryTable.shared[first] {
      case .nonspacingMark, .spacingMark, .enclosingMark, .unassigned: return false
      default: return true
      }
    }
  }

  private func finish(
    _ stretch: inout [UInt32],
    _ range: Range<Int>,
    _ builder: inout AlignedTextBuilder
  ) {
    defer { stretch.removeAll(keepingCapacity: true) }
    if stretch.count == 1, stretch[0] < 0x80 { return builder.copy(range) }
    var result: [UInt32] = []
    let tables = NormalizationTables.shared
    for value in stretch { tables.decompose(value, isCompatible: isCompatible, to: &result) }
    Self.reorder(&result)
    if composes { Self.compose(&result) }
    if result == stretch { return builder.copy(range) }
    builder.put(result.flatMap(UnicodeProperties.utf8), for: range)
  }

  /// Sorts every run of marks by combining class, keeping the order of equals.
  private static func reorder(_ values: inout [UInt32]) {
    guard values.count > 1 else { return }
    var position = 0
    while position < values.count {
      guard combiningClass(values[position]) > 0 else {
        position += 1
        continue
      }
      let start = position
      var marks: [(UInt8, Int, UInt32)] = []
      while position < values.count, case let kind = combiningClass(values[position]), kind > 0 {
        marks.append((kind, position, values[position]))
        position += 1
      }
      guard marks.count > 1 else { continue }
      marks.sort { ($0.0, $0.1) < ($1.0, $1.1) }
      values.replaceSubrange(start..<position, with: marks.map(\.2))
    }
  }

  private static func combiningClass(_ value: UInt32) -> UInt8 {
    guard value >= 0x300, UnicodeProperties.reorderedMarks.contains(value),
      let scalar = Unicode.Scalar(value)
    else { return 0 }
    return scalar.properties.canonicalCombiningClass.rawValue
  }

  /// Joins each scalar with the last starter where they have a composite and nothing is between.
  private static func compose(_ values: inout [UInt32]) {
    guard values.count > 1 else { return }
    let tables = NormalizationTables.shared
    var result: [UInt32] = []
    var starter: Int?
    var lastClass: UInt8 = 0
    for value in values {
      let kind = combiningClass(value)
      if let index = starter, index == result.count - 1 || (lastClass != 0 && lastClass < kind),
        let joined = tables.composite(result[index], value)
      {
        result[index] = joined
        continue
      }
      if kind == 0 { starter = result.count }
      lastClass = kind
      result.append(value)
    }
    values = result
  }
}

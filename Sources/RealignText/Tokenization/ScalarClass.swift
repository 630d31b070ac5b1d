/// What the splitting patterns tell scalars apart by.
enum ScalarClass: UInt8, Sendable {
  /// None of the others: punctuation, symbols, controls, unassigned.
  case other
  /// `\p{L}`.
  case letter
  /// `\p{M}`.
  case mark
  /// `\p{N}`.
  case number
  /// A number to the digit splitter and other to the patterns.
  case newerNumber
  /// `\s`.
  case space
}

/// The class of every Unicode scalar, by a table.
struct ScalarClassTable: Sendable {
  /// The table that all tokenizers share.
  static let shared = ScalarClassTable()

  /// Classes of the scalars below `Self.bound`.
  private let classes: [ScalarClass]
  private static let bound = 0x32400

  private init() {
    var classes = [ScalarClass](repeating: .other, count: Self.bound)
    let parts: [(ScalarClass, [UInt32])] = [
      (.letter, ScalarClassRanges.letters), (.mark, ScalarClassRanges.marks),
      (.number, ScalarClassRanges.numbers), (.newerNumber, ScalarClassRanges.newerNumbers),
      (.space, ScalarClassRanges.spaces),
    ]
    for (kind, pairs) in parts {
      for index in stride(from: 0, to: pairs.count, by: 2) {
        let start = Int(pairs[index])
        for value in start..<start + Int(pairs[index + 1]) where value < Self.bound {
          classes[value] = kind
        }
      }
    }
    self.classes = classes
  }

  /// The class of a scalar value.
  subscript(value: UInt32) -> ScalarClass {
    if value < UInt32(Self.bound) { return classes[Int(value)] }
    // Above the table there are only the variation selectors, which are marks.
    return 0xE0100...0xE01EF ~= value ? .mark : .other
  }

  /// The class and length in bytes of the scalar at a position of well-formed UTF-8.
  func scalar(_ bytes: [UInt8], at position: Int) -> (kind: ScalarClass, length: Int) {
    scalar(bytes.span, at: position)
  }

  /// The class and length in bytes of the scalar at a position of well-formed UTF-8.
  @inline(__always)
  func scalar(_ bytes: Span<UInt8>, at position: Int) -> (kind: ScalarClass, length: Int) {
    let first = bytes[position]
    if first < 0x80 { return (classes[Int(first)], 1) }
    let (value, length) = Self.decode(bytes, at: position)
    return (self[value], length)
  }

  /// Whether the scalar at a position of well-formed UTF-8 is a word character, `\w`.
  func isWord(_ bytes: [UInt8], at position: Int) -> Bool {
    let value = Self.decode(bytes, at: position).value
    switch self[value] {
    case .letter, .mark, .number: return !Self.contains(ScalarClassRanges.notWords, value)
    case .other, .newerNumber, .space: return Self.contains(ScalarClassRanges.otherWords, value)
    }
  }

  private static func contains(_ pairs: [UInt32], _ value: UInt32) -> Bool {
    stride(from: 0, to: pairs.count, by: 2).contains { index in
      value >= pairs[index] && value - pairs[index] < pairs[index + 1]
    }
  }

  /// The value and length in bytes of the scalar at a position of well-formed UTF-8.
  static func decode(
    _ bytes: [UInt8],
    at position: Int
  ) -> (value: UInt32, length: Int) {
    decode(bytes.span, at: position)
  }

  /// The value and length in bytes of the scalar at a position of well-formed UTF-8.
  static func decode(
    _ bytes: Span<UInt8>,
    at position: Int
  ) -> (value: UInt32, length: Int) {
    let first = bytes[position]
    if first < 0x80 { return (UInt32(first), 1) }
    let second = UInt32(bytes[position + 1] & 0x3F)
    if first < 0xE0 { return (UInt32(first & 0x1F) << 6 | second, 2) }
    let third = UInt32(bytes[position + 2] & 0x3F)
    if first < 0xF0 { return (UInt32(first & 0x0F) << 12 | second << 6 | third, 3) }
    let fourth = UInt32(bytes[position + 3] & 0x3F)
    return (UInt32(first & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
  }
}

/// A character of a template's text that knows where it came from.
///
/// The origin travels in two bits beside the scalar, so that every operation on texts (slicing,
/// reversing, replacing, joining) keeps it without doing anything.
struct TextUnit: Sendable {
  private static let contentBit: UInt32 = 1 << 31
  private static let generatedBit: UInt32 = 1 << 30
  private static let scalarMask: UInt32 = 0x1F_FFFF

  private var bits: UInt32

  init(_ scalar: Unicode.Scalar, isContent: Bool = false) {
    bits = scalar.value | (isContent ? Self.contentBit : 0)
  }

  /// The scalar's value.
  var value: UInt32 { bits & Self.scalarMask }

  /// The scalar.
  var scalar: Unicode.Scalar { Unicode.Scalar(value) ?? "\u{FFFD}" }

  /// Whether the character came from the conversation rather than from the template.
  var isContent: Bool { bits & Self.contentBit != 0 }

  /// Whether the character was written inside `{% generation %}`.
  var isGenerated: Bool { bits & Self.generatedBit != 0 }

  /// The same character, marked as written inside `{% generation %}`.
  var generated: TextUnit {
    var result = self
    result.bits |= Self.generatedBit
    return result
  }

  /// Another scalar from the same place.
  func with(_ scalar: Unicode.Scalar) -> TextUnit {
    var result = self
    result.bits = (bits & ~Self.scalarMask) | scalar.value
    return result
  }
}

/// A text inside a template: Unicode scalars, as Python counts them, each with its origin.
///
/// Texts are equal when their scalars are; the origin takes no part.
struct TemplateText: Sendable, Hashable {
  /// The characters.
  var units: [TextUnit]
  /// Whether the filter `safe` made it, which changes what `+` does.
  var isMarkup = false

  init(units: [TextUnit] = [], isMarkup: Bool = false) {
    self.units = units
    self.isMarkup = isMarkup
  }

  init(units: ArraySlice<TextUnit>) { self.units = Array(units) }

  /// The characters of a string, all of one origin.
  init(_ string: String, isContent: Bool = false) {
    units = string.unicodeScalars.map { TextUnit($0, isContent: isContent) }
  }

  /// The number of scalars.
  var count: Int { units.count }

  /// Whether there is no character.
  var isEmpty: Bool { units.isEmpty }

  /// The characters without their origins.
  var string: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: units.lazy.map(\.scalar))
    return String(view)
  }

  /// Whether the text is that string, scalar by scalar.
  func equals(_ string: String) -> Bool {
    units.lazy.map(\.value).elementsEqual(string.unicodeScalars.lazy.map(\.value))
  }

  static func == (left: TemplateText, right: TemplateText) -> Bool {
    left.units.elementsEqual(right.units) { $0.value == $1.value }
  }

  func hash(into hasher: inout Hasher) {
    for unit in units { hasher.combine(unit.value) }
    hasher.combine(units.count)
  }

  /// Whether it comes first in the order of code points.
  static func < (left: TemplateText, right: TemplateText) -> Bool {
    left.units.lexicographicallyPrecedes(right.units) { $0.value < $1.value }
  }

  static func + (left: TemplateText, right: TemplateText) -> TemplateText {
    TemplateText(units: left.units + right.units)
  }

  /// Another text's characters after this one's.
  mutating func append(_ other: TemplateText) { units.append(contentsOf: other.units) }

  /// A string's characters after this one's, as the template's own.
  mutating func append(_ string: String) {
    for scalar in string.unicodeScalars { units.append(TextUnit(scalar)) }
  }

  /// The same characters, marked by `safe` or not.
  func markup(_ isMarkup: Bool) -> TemplateText {
    TemplateText(units: units, isMarkup: isMarkup)
  }
}

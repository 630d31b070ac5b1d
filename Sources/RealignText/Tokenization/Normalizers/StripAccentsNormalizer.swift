/// `StripAccents`: combining marks are removed; it does not decompose.
struct StripAccentsNormalizer: TextNormalizer {
  init(_ settings: ComponentSettings) throws {}

  func apply(_ text: AlignedText) -> AlignedText {
    text.mappingScalars { value in
      value >= 0x300 && UnicodeProperties.combiningMarks.contains(value) ? [] : nil
    }
  }
}

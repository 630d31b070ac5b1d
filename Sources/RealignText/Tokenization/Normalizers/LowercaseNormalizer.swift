/// `Lowercase`: every scalar by itself, so that a final sigma is no special case.
struct LowercaseNormalizer: TextNormalizer {
  init(_ settings: ComponentSettings) throws {}

  var growth: Double { Self.growth }

  /// U+0130 becomes two characters of three bytes.
  static let growth = 1.5

  func apply(_ text: AlignedText) -> AlignedText { Self.lowercased(text) }

  static func lowercased(_ text: AlignedText) -> AlignedText {
    text.mappingScalars { value in
      if value < 0x80 { return 0x41...0x5A ~= value ? [UInt8(value) + 0x20] : nil }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      let lower = scalar.properties.lowercaseMapping
      let isSame = lower.unicodeScalars.count == 1 && lower.unicodeScalars.first == scalar
      return isSame ? nil : Array(lower.utf8)
    }
  }
}

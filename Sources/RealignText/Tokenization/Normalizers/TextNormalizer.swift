/// A step that changes a text before it is cut: one part of `normalizer` in `tokenizer.json`.
protocol TextNormalizer: Sendable {
  /// Reads the settings.
  ///
  /// - Throws: `InputError` naming the setting that cannot be used.
  init(_ settings: ComponentSettings) throws

  /// The changed text; every byte of it still says what it stands for.
  func apply(_ text: AlignedText) -> AlignedText

  /// The greatest factor by which the bytes of a text, if it has any, can grow.
  var growth: Double { get }
}

extension TextNormalizer {
  var growth: Double { 1 }
}

/// The normalizers by the names that `tokenizer.json` gives them.
enum Normalizers {
  /// All that are supported; a new one is a line here and a file beside this one.
  static let all: [(name: String, kind: any TextNormalizer.Type)] = [
    ("NFC", UnicodeNormalizer.self), ("NFD", UnicodeNormalizer.self),
    ("NFKC", UnicodeNormalizer.self), ("NFKD", UnicodeNormalizer.self),
    ("Lowercase", LowercaseNormalizer.self), ("Strip", StripNormalizer.self),
    ("StripAccents", StripAccentsNormalizer.self), ("Replace", ReplaceNormalizer.self),
    ("Prepend", PrependNormalizer.self), ("BertNormalizer", BertNormalizer.self),
    ("Nmt", NmtNormalizer.self), ("Precompiled", PrecompiledNormalizer.self),
    ("ByteLevel", ByteLevelNormalizer.self),
  ]

  /// The steps of `normalizer`, in order.
  static func read(_ value: JSONValue?, file: TokenizerFile) throws -> [any TextNormalizer] {
    try file.parts(value, list: "normalizers", field: "normalizer").map { part in
      try file.kind(of: part, among: all).init(part)
    }
  }
}

extension AlignedText {
  /// The text with every scalar replaced by what the body returns, `nil` for itself.
  func mappingScalars(_ body: (UInt32) -> [UInt8]?) -> AlignedText {
    var builder = AlignedTextBuilder(self)
    var position = 0
    var copied = 0
    while position < bytes.count {
      let (value, length) = ScalarClassTable.decode(bytes, at: position)
      let range = position..<position + length
      position += length
      guard let replacement = body(value) else { continue }
      builder.copy(copied..<range.lowerBound)
      builder.put(replacement, for: range)
      copied = position
    }
    builder.copy(copied..<bytes.count)
    return builder.finish()
  }
}

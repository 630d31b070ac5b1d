/// A step that cuts pieces of text smaller: one part of `pre_tokenizer` in `tokenizer.json`.
protocol PreTokenizer: Sendable {
  /// Reads the settings.
  ///
  /// - Throws: `InputError` naming the setting that cannot be used.
  init(_ settings: ComponentSettings) throws

  /// Cuts, and perhaps rewrites, every piece.
  func apply(_ list: inout PieceList)

  /// The greatest factor by which the bytes of a text, if it has any, can grow.
  var growth: Double { get }
}

extension PreTokenizer {
  var growth: Double { 1 }
}

/// The pre-tokenizers by the names that `tokenizer.json` gives them.
enum PreTokenizers {
  /// All that are supported; a new one is a line here and a file beside this one.
  static let all: [(name: String, kind: any PreTokenizer.Type)] = [
    ("ByteLevel", ByteLevelPreTokenizer.self), ("Split", SplitPreTokenizer.self),
    ("Digits", DigitsPreTokenizer.self), ("Metaspace", MetaspacePreTokenizer.self),
    ("Whitespace", WhitespacePreTokenizer.self),
    ("WhitespaceSplit", WhitespaceSplitPreTokenizer.self),
    ("Punctuation", PunctuationPreTokenizer.self), ("BertPreTokenizer", BertPreTokenizer.self),
    ("CharDelimiterSplit", CharDelimiterSplitPreTokenizer.self),
    ("FixedLength", FixedLengthPreTokenizer.self),
  ]

  /// The steps of `pre_tokenizer`, in order.
  static func read(_ value: JSONValue?, file: TokenizerFile) throws -> [any PreTokenizer] {
    try file.parts(value, list: "pretokenizers", field: "pre_tokenizer").map { part in
      try file.kind(of: part, among: all).init(part)
    }
  }
}

extension PieceList {
  /// Splits every piece by the matches of a pattern.
  mutating func split(by pattern: TextPattern, _ behavior: SplitBehavior, inverted: Bool = false) {
    split { bytes, piece, emit in
      let matches = pattern.matches(in: bytes, piece)
      behavior.pieces(of: piece, matches: matches, inverted: inverted).forEach(emit)
    }
  }
}

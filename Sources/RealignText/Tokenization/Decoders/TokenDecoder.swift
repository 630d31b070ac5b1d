/// A step from tokens back to text: one part of `decoder` in `tokenizer.json`.
protocol TokenDecoder: Sendable {
  /// Reads the settings.
  ///
  /// - Throws: `InputError` naming the setting that cannot be used.
  init(_ settings: ComponentSettings) throws

  /// The texts that the tokens' spellings become, which are joined in the end.
  func decode(_ tokens: [String]) -> [String]

  /// The greatest factor by which the bytes of a token, counted with one more for its end, can
  /// grow.
  var growth: Double { get }
}

extension TokenDecoder {
  var growth: Double { 1 }
}

/// The decoders by the names that `tokenizer.json` gives them.
enum TokenDecoders {
  /// All that are supported; a new one is a line here and a file beside this one.
  static let all: [(name: String, kind: any TokenDecoder.Type)] = [
    ("ByteLevel", ByteLevelDecoder.self), ("Metaspace", MetaspaceDecoder.self),
    ("WordPiece", WordPieceDecoder.self), ("ByteFallback", ByteFallbackDecoder.self),
    ("Fuse", FuseDecoder.self), ("Strip", StripDecoder.self), ("Replace", ReplaceDecoder.self),
    ("BPEDecoder", SuffixDecoder.self), ("CTC", CTCDecoder.self),
  ]

  /// The steps of `decoder`, in order; `nil` where there is none.
  static func read(_ value: JSONValue?, file: TokenizerFile) throws -> [any TokenDecoder]? {
    guard let value, !value.isNull else { return nil }
    let steps = try file.parts(value, list: "decoders", field: "decoder").map { part in
      try file.kind(of: part, among: all).init(part)
    }
    try file.checkGrowth(steps.map(\.growth), field: "decoder")
    return steps
  }
}

extension String {
  /// The text with every occurrence of another replaced, compared byte by byte.
  func replacingBytes(of literal: String, with content: String) -> String {
    let bytes = Array(utf8)
    let matches = TextPattern.literal(Array(literal.utf8)).matches(in: bytes, 0..<bytes.count)
    guard !matches.isEmpty else { return self }
    return replacing(matches, bytes, Array(content.utf8))
  }

  /// The text with some stretches of its bytes replaced.
  func replacing(_ matches: [Range<Int>], _ bytes: [UInt8], _ content: [UInt8]) -> String {
    var result: [UInt8] = []
    var copied = 0
    for match in matches {
      result += bytes[copied..<match.lowerBound] + content
      copied = match.upperBound
    }
    result += bytes[copied...]
    return String(decoding: result, as: UTF8.self)
  }
}

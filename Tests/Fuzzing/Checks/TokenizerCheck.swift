import RealignText

extension FuzzCheck {
  private static let texts = [
    "", "a", "Hello  world, it's 1234!\r\n\r\n", "  \u{2581}<0x41>é\u{301}\u{FDFA}한 😀\u{0}",
    "naïve ##ing 't 'll ǅ İ ΑΣ", String(repeating: " ab", count: 20),
  ]

  /// A tokenizer that is accepted gives ids of its vocabulary and offsets within the text, and
  /// takes its own ids back.
  static let tokenizer = FuzzCheck(name: "tokenizer") { bytes in
    let found = try accepted { try TokenizerLoader.load(bytes: bytes, file: "tokenizer.json") }
    guard let tokenizer = found else { return }
    let contents = tokenizer.addedTokens.prefix(4).map { " " + $0.content + $0.content }.joined()
    for text in texts + [contents] { try use(tokenizer, text) }
    let again = try TokenizerLoader.load(bytes: tokenizer.serializedBytes(), file: "again.json")
    try require(again.vocabularySize == tokenizer.vocabularySize, "another size")
    for text in texts {
      try require(again.encode(text) == tokenizer.encode(text), "other ids for \(text)")
    }
  }

  private static func use(_ tokenizer: any Tokenizer, _ text: String) throws {
    let ids = tokenizer.encode(text, addSpecialTokens: true)
    try require(
      ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize },
      "ids beyond \(tokenizer.vocabularySize)"
    )
    let placed = tokenizer.encodeWithOffsets(text)
    // Unknown characters may come after the bytes of later ones: the reference's order.
    let ranges = placed.map(\.range)
    if tokenizer is BytePairTokenizer {
      try requireOrder(ranges, within: text.utf8.count)
    } else {
      for range in ranges { try requireOrder([range], within: text.utf8.count) }
    }
    let bare = tokenizer.encode(text, addSpecialTokens: false)
    try require(bare == placed.map(\.id), "other ids with offsets for \(text)")
    let length = text.utf8.count
    let guarded = tokenizer.encode(text, content: [0..<length / 2, length / 2..<length])
    if tokenizer is BytePairTokenizer {
      try require(!guarded.contains(where: tokenizer.isSpecial), "a forged token")
    }
    for skipping in [false, true] {
      let decoded = tokenizer.decode(ids, skipSpecialTokens: skipping)
      var stream = TextStream(tokenizer: tokenizer, skipSpecialTokens: skipping)
      let streamed = ids.map { stream.append($0) }.joined() + stream.finish()
      if tokenizer is BytePairTokenizer {
        try require(streamed.utf8.elementsEqual(decoded.utf8), "streaming gives another text")
      }
    }
  }
}

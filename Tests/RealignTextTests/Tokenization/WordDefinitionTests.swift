import RealignTestSupport
import Testing

@testable import RealignText

/// The scanner, the cache and the places of tokens against their definitions, on random texts.
struct WordDefinitionTests {
  private static let pieces = [
    "a", "Z", "the", " the", "hello", "World", "internationalization", "é", "ß", "Ωμέγα", "Привет",
    "東京", "ſ", "'s", "'S", "'t", "'re", "'RE", "'ve", "'m", "'ll", "'lL", "'d", "'ſ", "'", "''",
    " '", "1", "12", "1234567", "½", "Ⅷ", "٣", "\u{11DE0}", " ", "  ", "   ", "\t", "\n", "\r\n",
    "\r", "\n\n", "\u{0B}", "\u{A0}", "\u{2003}", "\u{3000}", "\u{85}", "\u{2028}", "!", "?!",
    "...",
    "—", "“", "€", "😀", "👩‍🔬", "e\u{301}", "\u{301}", "\u{903}", "\u{200D}", "\u{FEFF}", "\u{0}",
    "\u{1F}", "\u{7F}", "[", "`", "@", "{", "_", "<", "\u{FFFD}", "\u{E0100}", "\u{10FFFF}",
  ]

  /// A text of pieces, long runs and scalars from anywhere.
  private func text(_ random: inout RandomText) -> String {
    var text = ""
    for _ in 0..<random.below(24) {
      switch random.below(12) {
      case 0:
        let piece = Self.pieces[random.below(Self.pieces.count)]
        text += String(repeating: piece, count: random.below(60))
      case 1:
        if let scalar = Unicode.Scalar(UInt32(random.below(0x110000))) {
          text.unicodeScalars.append(scalar)
        }
      case 2: text.unicodeScalars.append(Unicode.Scalar(UInt8(random.below(128))))
      default: text += Self.pieces[random.below(Self.pieces.count)]
      }
    }
    return text
  }

  private struct RandomText {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  private func words(_ text: String, _ pattern: WordPattern) -> [String] {
    let bytes = Array(text.utf8)
    var ends: [Int] = []
    WordSplitter(digits: .kept, pattern: pattern)
      .appendWordEnds(in: bytes, bytes.indices, to: &ends)
    return zip([0] + ends, ends).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
  }

  @Test func `words of random texts are those of the expressions`() {
    let patterns = WordPattern.known.map(\.pattern)
    var random = RandomText(state: 1)
    for _ in 0..<3000 {
      let text = text(&random)
      for pattern in patterns {
        let expected = WordDefinition(text, pattern).words
        let found = words(text, pattern)
        #expect(found.elementsEqual(expected) { $0.hasSameBytes(as: $1) }, "\(pattern): \(text)")
      }
    }
  }

  @Test(arguments: [("gpt2", WordPattern.gpt2), ("llama3", .cl100k(3, marksAreLetters: false))])
  func `ids and places are those of each word merged alone`(
    kind: String,
    pattern: WordPattern
  ) throws {
    let tokenizer = try Goldens.tokenizer(kind)
    var random = RandomText(state: 2)
    for _ in 0..<600 {
      let text = text(&random)
      var expected: [Int32] = []
      for word in WordDefinition(text, pattern).words {
        let bytes = Array(word.utf8)
        tokenizer.model.encode(bytes, bytes.indices, to: &expected)
      }
      #expect(tokenizer.encode(text, addSpecialTokens: false) == expected, "\(text)")
      let placed = tokenizer.encodeWithOffsets(text)
      #expect(placed.map(\.id) == expected, "\(text)")
      let bytes = Array(text.utf8)
      #expect(placed.allSatisfy { tokenizer.bytes(of: $0.id) == Array(bytes[$0.range]) })
      let edges = [0] + placed.map(\.range.upperBound)
      #expect(placed.map(\.range.lowerBound) == edges.dropLast() && edges.last == bytes.count)
    }
  }
}

extension WordPattern {
  fileprivate static func cl100k(_ digits: Int, marksAreLetters: Bool) -> WordPattern {
    .cl100k(maximumDigits: digits, marksAreLetters: marksAreLetters)
  }
}

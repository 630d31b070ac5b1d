import Testing

@testable import RealignText

struct WordPatternTests {
  private func words(
    _ text: String,
    _ pattern: WordPattern,
    digits: WordSplitter.Digits = .kept
  ) -> [String] {
    let bytes = Array(text.utf8)
    var words: [String] = []
    WordSplitter(digits: digits, pattern: pattern).forEachWord(in: bytes, 0..<bytes.count) {
      words.append(String(decoding: bytes[$0], as: UTF8.self))
    }
    return words
  }

  @Test(
    arguments: [
      ("", []), (" ", [" "]), ("a", ["a"]), ("a b", ["a", " b"]), ("a  b", ["a", " ", " b"]),
      ("a \n b", ["a", " \n", " b"]), ("a\nb", ["a", "\n", "b"]),
      ("a\n\nb", ["a", "\n", "\n", "b"]),
      ("a  ", ["a", "  "]),
      ("it's I'LL we've'x", ["it", "'s", " I", "'", "LL", " we", "'ve", "'", "x"]),
      ("''s", ["''", "s"]), (" 's", [" '", "s"]), ("ab12cd", ["ab", "12", "cd"]),
      ("x\u{3000}\u{3000}y", ["x", "\u{3000}", "\u{3000}", "y"]),
      ("\u{A0}é!", ["\u{A0}", "é", "!"]),
      ("e\u{301}", ["e", "\u{301}"]), ("½Ⅷ5", ["½Ⅷ5"]), ("a'", ["a", "'"]),
      ("a'r", ["a", "'", "r"]),
      ("a'ſ", ["a", "'", "ſ"]),
    ] as [(String, [String])]
  )
  func `GPT-2 words are those of its expression`(text: String, expected: [String]) {
    #expect(words(text, .gpt2) == expected)
  }

  @Test(
    arguments: [
      ("I'LL", ["I", "'LL"]), ("it'ſ", ["it", "'ſ"]), ("12345", ["123", "45"]),
      ("a  b", ["a", " ", " b"]), ("!a", ["!a"]), ("!!a", ["!!", "a"]),
      ("a.\n\nb", ["a", ".\n\n", "b"]),
      (" \n \n  b", [" \n \n", " ", " b"]), ("\n!", ["\n", "!"]), ("\tx", ["\tx"]),
      ("\n\tx", ["\n", "\tx"]),
      (" 1", [" ", "1"]), ("a \t", ["a", " \t"]), ("\r\n \r", ["\r\n \r"]),
      (" ?!\r\n", [" ?!\r\n"]),
      ("'reé", ["'re", "é"]), ("'x", ["'x"]),
    ] as [(String, [String])]
  )
  func `Llama 3 words are those of its expression`(text: String, expected: [String]) {
    #expect(words(text, .cl100k(maximumDigits: 3, marksAreLetters: false)) == expected)
  }

  @Test func `digits set apart end the text for the pattern`() {
    #expect(words("a  12", .gpt2, digits: .individual) == ["a", "  ", "1", "2"])
    #expect(words("a  12", .gpt2, digits: .grouped) == ["a", "  ", "12"])
    #expect(words("a  12", .gpt2) == ["a", " ", " 12"])
    // U+11DE0 is a digit in Unicode 17 only, which the digit splitter knows.
    #expect(words("x\u{11DE0}y", .gpt2, digits: .individual) == ["x", "\u{11DE0}", "y"])
  }

  @Test func `no pattern gives one word`() {
    #expect(words("a b\n", .none) == ["a b\n"])
  }

  @Test func `classes have the sizes of Unicode 16`() {
    var counts: [ScalarClass: Int] = [:]
    for value in UInt32(0)..<0x110000 { counts[ScalarClassTable.shared[value], default: 0] += 1 }
    // Counts published with the Unicode Character Database; 13 numbers are new in version 17.
    #expect(counts[.letter] == 141_028)
    #expect(counts[.mark] == 2_501)
    #expect(counts[.number] == 1_911)
    #expect(counts[.newerNumber] == 13)
    #expect(counts[.space] == 25)
  }
}

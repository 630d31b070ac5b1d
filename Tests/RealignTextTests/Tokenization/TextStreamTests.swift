import Testing

@testable import RealignText

struct TextStreamTests {
  /// A tokenizer whose ids are those of the bytes in the order of their spelling.
  private let tokenizer = BytePairTrainer(vocabularySize: 256, specialTokens: []).train([])

  private func byteIDs(_ bytes: [UInt8]) throws -> [Int32] {
    try bytes.map { byte in
      Int32(try #require(ByteAlphabet.order.firstIndex(of: byte)))
    }
  }

  @Test func `a character comes with its last byte`() throws {
    let ids = try byteIDs(Array("é😀x".utf8))
    var stream = TextStream(tokenizer: tokenizer)
    #expect(ids.map { stream.append($0) } == ["", "é", "", "", "", "😀", "x"])
    #expect(stream.finish() == "")
  }

  @Test func `what cannot become a character is replaced at once`() throws {
    let ids = try byteIDs([0xFF, 0xE2, 0x82, 0x41, 0xF0, 0x9F])
    var stream = TextStream(tokenizer: tokenizer)
    #expect(ids.map { stream.append($0) } == ["\u{FFFD}", "", "", "\u{FFFD}A", "", ""])
    #expect(stream.finish() == "\u{FFFD}")
    #expect(stream.finish() == "")
  }

  @Test func `every sequence of three bytes streams to what it decodes to`() throws {
    let interesting: [UInt8] = [
      0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0,
      0xF1,
      0xF4, 0xF5, 0xFF,
    ]
    for first in interesting {
      for second in interesting {
        for third in interesting {
          let ids = try byteIDs([first, second, third])
          var stream = TextStream(tokenizer: tokenizer)
          let text = ids.map { stream.append($0) }.joined() + stream.finish()
          #expect(Array(text.utf8) == Array(tokenizer.decode(ids).utf8))
        }
      }
    }
  }
}

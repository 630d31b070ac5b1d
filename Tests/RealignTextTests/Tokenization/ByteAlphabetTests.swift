import Testing

@testable import RealignText

struct ByteAlphabetTests {
  @Test func `bytes are spelled as GPT-2 spells them`() {
    #expect(ByteAlphabet.token(of: Array(" the".utf8)) == "Ġthe")
    #expect(ByteAlphabet.token(of: Array("\n\t\u{7F}".utf8)) == "Ċĉġ")
    #expect(ByteAlphabet.token(of: [0xC3, 0xA9, 0xAD]) == "Ã©Ń")
    #expect(ByteAlphabet.order.first == UInt8(ascii: "!"))
    #expect(ByteAlphabet.order.last == 0xAD)
  }

  @Test func `every byte is read back`() {
    let all = (0...255).map { UInt8($0) }
    #expect(ByteAlphabet.bytes(of: ByteAlphabet.token(of: all)) == all)
    #expect(Set(ByteAlphabet.order) == Set(all))
    #expect(ByteAlphabet.bytes(of: "a b") == nil)
    #expect(ByteAlphabet.bytes(of: "中") == nil)
  }
}

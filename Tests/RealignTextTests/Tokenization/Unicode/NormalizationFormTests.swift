import Testing

@testable import RealignText

struct NormalizationFormTests {
  private func apply(_ form: NormalizationForm, _ text: String) -> [UInt32] {
    let result = form.apply(AlignedText(Array(text.utf8)))
    return String(decoding: result.bytes, as: UTF8.self).unicodeScalars.map(\.value)
  }

  /// Values of Unicode Standard Annex 15, figures 3 to 6.
  @Test func `the examples of the standard come out`() {
    #expect(apply(.nfd, "\u{1E9B}\u{323}") == [0x17F, 0x323, 0x307])
    #expect(apply(.nfc, "\u{1E9B}\u{323}") == [0x1E9B, 0x323])
    #expect(apply(.nfkd, "\u{1E9B}\u{323}") == [0x73, 0x323, 0x307])
    #expect(apply(.nfkc, "\u{1E9B}\u{323}") == [0x1E69])
    #expect(apply(.nfc, "\u{212B}") == [0xC5])
    #expect(apply(.nfc, "\u{D4}\u{323}") == [0x1ED8])
    #expect(apply(.nfkc, "\u{FB01}") == [0x66, 0x69])
    #expect(apply(.nfkd, "2\u{2075}") == [0x32, 0x35])
  }

  @Test func `Hangul is composed and decomposed`() {
    #expect(apply(.nfc, "\u{1100}\u{1161}\u{11A8}") == [0xAC01])
    #expect(apply(.nfc, "\u{AC00}\u{11A8}") == [0xAC01])
    #expect(apply(.nfkc, "\u{FFA1}\u{FFC2}") == [0xAC00])
    #expect(apply(.nfd, "\u{AC01}") == [0x1100, 0x1161, 0x11A8])
  }

  @Test func `a voicing mark joins its kana, and narrow ones do by compatibility`() {
    #expect(apply(.nfc, "\u{30AB}\u{3099}") == [0x30AC])
    #expect(apply(.nfkc, "\u{FF76}\u{FF9E}") == [0x30AC])
    #expect(apply(.nfc, "\u{FF76}\u{FF9E}") == [0xFF76, 0xFF9E])
  }

  @Test func `what is excluded from composition stays apart`() {
    #expect(apply(.nfc, "\u{958}") == [0x915, 0x93C])
    #expect(apply(.nfc, "\u{915}\u{93C}") == [0x915, 0x93C])
  }

  @Test func `scalars younger than the reference's tables are left alone`() {
    #expect(apply(.nfkc, "\u{32FF}") == [0x32FF])
    #expect(apply(.nfd, "\u{11938}") == [0x11938])
  }

  @Test func `a changed stretch stands for what it was made of, the rest for itself`() {
    let text = AlignedText(Array("xe\u{301}y".utf8), origin: 10)
    let result = NormalizationForm.nfc.apply(text)
    #expect(result.bytes == Array("x\u{E9}y".utf8))
    #expect(result.source(of: 0..<1) == 10..<11)
    #expect(result.source(of: 1..<2) == 11..<14)
    #expect(result.source(of: 1..<3) == 11..<14)
    #expect(result.source(of: 3..<4) == 14..<15)
  }

  /// A sort of one run of marks, which Foundation does in quadratic time.
  @Test func `very many marks on one letter are put in order`() {
    let count = 200_000
    let text = "a" + String(repeating: "\u{301}\u{316}", count: count)
    let result = apply(.nfd, text)
    #expect(result.count == 2 * count + 1)
    #expect(result[1...count].allSatisfy { $0 == 0x316 })
    #expect(result[(count + 1)...].allSatisfy { $0 == 0x301 })
  }
}

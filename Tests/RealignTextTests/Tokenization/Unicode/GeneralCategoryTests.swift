import Testing

@testable import RealignText

struct GeneralCategoryTests {
  private let table = GeneralCategoryTable.shared

  /// The number of `\p{L}` in Unicode 16, and the class that changed in Unicode 17.
  @Test func `letters are those of Unicode 16`() throws {
    let letters = try #require(GeneralCategory.mask(named: "l"))
    let count = (UInt32(0)..<0x110000).count { letters & table[$0].bit != 0 }
    #expect(count == 141_028)
    #expect(table[0x295] == .lowercaseLetter)
  }

  @Test func `letters, marks and numbers are those of the splitting patterns`() throws {
    let classes = ScalarClassTable.shared
    let masks = try ["l", "m", "n"].map { try #require(GeneralCategory.mask(named: $0)) }
    for (mask, kind) in zip(masks, [ScalarClass.letter, .mark, .number]) {
      #expect(
        (UInt32(0)..<0x110000).allSatisfy { (classes[$0] == kind) == (mask & table[$0].bit != 0) }
      )
    }
  }

  @Test func `categories are found by value and by name`() {
    #expect(table[0x41] == .uppercaseLetter)
    #expect(table[0x5F] == .connectorPunctuation)
    #expect(table[0xD800] == .surrogate)
    #expect(table[0xE000] == .privateUse)
    #expect(table[0x10FFFF] == .unassigned)
    #expect(table[0x10FFFD] == .privateUse)
    #expect(table[0xE0101] == .nonspacingMark)
    #expect(GeneralCategory.mask(named: "lu") == GeneralCategory.uppercaseLetter.bit)
    #expect(GeneralCategory.mask(named: "punctuation") == GeneralCategory.mask(named: "p"))
    #expect(GeneralCategory.mask(named: "xx") == nil)
  }

  @Test func `runs hold their ends and nothing beside them`() {
    let runs = ScalarRuns(table: "41,1a,6,1a")
    let held = (UInt32(0)..<0x100).filter(runs.contains)
    #expect(held == Array(0x41...0x5A) + Array(0x61...0x7A))
    #expect(!ScalarRuns(table: "").contains(0))
  }
}

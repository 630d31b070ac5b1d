import Testing

@testable import RealignText

struct WordCacheTests {
  private let text = Array("hello world, a word of more than sixteen bytes".utf8)

  /// A key that is looked for where all others are.
  private func key(_ word: Range<Int>) -> WordKey {
    var key = WordKey(text.span, word)
    key.hash = 0
    return key
  }

  private func ids(_ table: WordTable, _ word: Range<Int>, _ key: WordKey) -> [Int32]? {
    var ids: [Int32] = []
    return table.append(text.span, word, key, to: &ids) ? ids : nil
  }

  @Test func `a word is found after it was put in, and no other`() {
    var table = WordTable()
    // Of 5, 5, 8, 9, 16, 17 and 34 bytes, with 0 to 4 ids.
    let words = [0..<5, 6..<11, 0..<8, 0..<9, 0..<16, 0..<17, 12..<46]
    let expected: [[Int32]] = [[7], [8, 9], [], [1, 2, 3], [4], [5, 6], [7, 8, 9, 10]]
    for (word, list) in zip(words, expected) {
      #expect(ids(table, word, key(word)) == nil)
      table.insert(text.span, word, key(word), ids: list[...])
    }
    #expect(zip(words, expected).allSatisfy { ids(table, $0, key($0)) == $1 })
    #expect(ids(table, 1..<17, key(1..<17)) == nil)
    #expect(ids(table, 11..<45, key(11..<45)) == nil)
  }

  @Test func `words of one hash beyond the limit are left out`() {
    var table = WordTable()
    let words = (0..<13).map { $0..<$0 + 3 }
    for (index, word) in words.enumerated() {
      table.insert(text.span, word, key(word), ids: [Int32(index)])
    }
    #expect(words.compactMap { ids(table, $0, key($0)) } == (0..<8).map { [$0] })
  }

  @Test func `a full table keeps the words that came first`() {
    // 100,000 words of three bytes, of which it holds half its slots of 2^17.
    let bytes = (0..<100_000).flatMap { number -> [UInt8] in
      [UInt8(number & 127), UInt8(number >> 7 & 127), UInt8(number >> 14)]
    }
    var table = WordTable()
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let word = start..<start + 3
      table.insert(bytes.span, word, WordKey(bytes.span, word), ids: [Int32(start)])
    }
    let found = stride(from: 0, to: bytes.count, by: 3).filter { start in
      var ids: [Int32] = []
      let word = start..<start + 3
      let isThere = table.append(bytes.span, word, WordKey(bytes.span, word), to: &ids)
      return isThere && ids == [Int32(start)]
    }
    #expect(table.count == found.count)
    #expect((65_000...65_536).contains(found.count))
  }

  @Test func `encoding from many threads gives what one gives`() async throws {
    let texts = try Goldens.rows("smollm")
    let tokenizer = try Goldens.tokenizer("smollm")
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { texts.allSatisfy { tokenizer.encode($0.text) == $0.ids } }
      }
      for await isEqual in group { #expect(isEqual) }
    }
  }
}

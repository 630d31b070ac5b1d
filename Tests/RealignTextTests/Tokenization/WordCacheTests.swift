import Testing

@testable import RealignText

struct WordCacheTests {
  @Test func `a word is found after it was put in, and no other`() {
    let cache = WordCache()
    let bytes = Array("hello world".utf8)
    var ids: [Int32] = []
    #expect(!cache.append(bytes, 0..<5, hash: 1, to: &ids))
    cache.insert(bytes, 0..<5, hash: 1, ids: [7, 8])
    // Another word of the same hash is another word.
    #expect(!cache.append(bytes, 6..<11, hash: 1, to: &ids))
    cache.insert(bytes, 6..<11, hash: 1, ids: [9])
    #expect(cache.append(bytes, 0..<5, hash: 1, to: &ids))
    #expect(cache.append(bytes, 6..<11, hash: 1, to: &ids))
    #expect(ids == [7, 8, 9])
  }

  @Test func `words of one hash beyond the limit are left out`() {
    let cache = WordCache()
    let bytes = Array((0..<100).map { UInt8($0) })
    for index in 0..<50 { cache.insert(bytes, index..<index + 2, hash: 0, ids: [Int32(index)]) }
    var ids: [Int32] = []
    let kept = (0..<50).count { cache.append(bytes, $0..<$0 + 2, hash: 0, to: &ids) }
    #expect(kept == 8)
    #expect(ids == [0, 1, 2, 3, 4, 5, 6, 7])
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

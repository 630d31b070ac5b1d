import Testing

@testable import RealignText

struct SplitBehaviorTests {
  private func pieces(
    _ text: String,
    _ behavior: SplitBehavior,
    inverted: Bool = false
  ) -> [String] {
    let bytes = Array(text.utf8)
    let matches = TextPattern.literal([UInt8(ascii: "-")]).matches(in: bytes, 0..<bytes.count)
    return behavior.pieces(of: 0..<bytes.count, matches: matches, inverted: inverted)
      .map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test func `each behavior treats the delimiters of one text in its own way`() {
    let text = "the-final--countdown"
    #expect(pieces(text, .removed) == ["the", "final", "countdown"])
    #expect(pieces(text, .isolated) == ["the", "-", "final", "-", "-", "countdown"])
    #expect(pieces(text, .mergedWithPrevious) == ["the-", "final-", "-", "countdown"])
    #expect(pieces(text, .mergedWithNext) == ["the", "-final", "-", "-countdown"])
    #expect(pieces(text, .contiguous) == ["the", "-", "final", "--", "countdown"])
  }

  @Test func `inverted, delimiters and text change their parts`() {
    #expect(pieces("-a--b", .removed, inverted: true) == ["-", "-", "-"])
    #expect(pieces("-a--b", .contiguous, inverted: true) == ["-", "a", "--", "b"])
    #expect(pieces("-a--b", .mergedWithPrevious, inverted: true) == ["-a", "-", "-b"])
  }

  @Test func `overlapping occurrences of a literal are found once`() {
    let bytes = Array("aaaaa".utf8)
    let matches = TextPattern.literal(Array("aa".utf8)).matches(in: bytes, 0..<5)
    #expect(matches == [0..<2, 2..<4])
    let late = TextPattern.literal(Array("aab".utf8)).matches(in: Array("aaab".utf8), 0..<4)
    #expect(late == [1..<4])
  }
}

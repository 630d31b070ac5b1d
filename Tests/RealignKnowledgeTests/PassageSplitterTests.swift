import RealignKnowledge
import Testing

@Suite struct PassageSplitterTests {
  private func passages(_ text: String, maxWords: Int) -> [Passage] {
    PassageSplitter(maxWords: maxWords).passages(
      of: Document(id: "d", title: "T", text: text, url: "u")
    )
  }

  @Test func `sentences are taken while they fit`() {
    // 3 + 2 words fit into 5, the next 4 do not.
    let found = passages("One two three. Four five. Six seven eight nine. Ten.", maxWords: 5)
    #expect(found.map(\.text) == ["One two three. Four five.", "Six seven eight nine. Ten."])
    #expect(found.map(\.id) == ["d#1", "d#2"])
    #expect(found.allSatisfy { $0.documentID == "d" && $0.title == "T" && $0.url == "u" })
  }

  @Test func `a sentence that is too long is cut between words`() {
    let found = passages("a b c d e f g. H i.", maxWords: 3)
    // Seven words: three, three, and one that the next sentence joins.
    #expect(found.map(\.text) == ["a b c", "d e f", "g. H i."])
  }

  @Test func `text between sentences is kept as it is`() {
    #expect(passages("One.  Two.\nThree.", maxWords: 10).map(\.text) == ["One.  Two.\nThree."])
  }

  @Test func `a blank document has no passage`() {
    #expect(passages(" \n ", maxWords: 10).isEmpty)
  }
}

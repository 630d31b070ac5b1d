import RealignCitations
import Testing

@Suite struct CitationParserTests {
  private func parse(_ text: String) -> [CitedSentence] { CitationParser.parse(text) }

  @Test func `markers before the full stop belong to their sentence`() {
    let found = parse("Velto is big [1]. It has a river [2][3]. It is old.")
    #expect(found.map(\.text) == ["Velto is big.", "It has a river.", "It is old."])
    #expect(found.map(\.citations) == [[1], [2, 3], []])
    #expect(found.map(\.markersBeforeStop) == [1, 2, 0])
    #expect(found.map(\.markersAfterStop) == [0, 0, 0])
  }

  @Test(arguments: [
    ("A b [1, 2].", [1, 2]), ("A b [1,2;3].", [1, 2, 3]), ("A b [2-4].", [2, 3, 4]),
    ("A b [^5].", [5]), ("A b [1](http://x/y).", [1]), ("A b[7].", [7]), ("A b [12] c.", [12]),
    ("A b [0].", [0]),
  ])
  func `every spelling of a marker is read`(text: String, citations: [Int]) {
    let found = parse(text)
    #expect(found.map(\.citations) == [citations])
    #expect(found.allSatisfy { $0.malformed.isEmpty })
    #expect(["A b.", "A b c."].contains(found[0].text))
  }

  @Test(arguments: [
    ("A b [1,].", "[1,]"), ("A b [1.", "[1"), ("A b [].", "[]"), ("A b [?].", "[?]"),
    ("A b [source 2].", "[source 2]"), ("A b [01].", "[01]"), ("A b [3-1].", "[3-1]"),
    ("A b [99999].", "[99999]"), ("A b [1-900].", "[1-900]"),
    (
      "A b [citation needed].",
      "[citation needed]"
    ),
  ])
  func `a marker that cannot be read is malformed`(text: String, marker: String) {
    let found = parse(text)
    #expect(found.map(\.malformed) == [[marker]])
    #expect(found.map(\.citations) == [[]])
    #expect(found.map(\.text) == ["A b."])
  }

  @Test(arguments: ["He said [sic] so.", "It [the town] is old.", "See [link](x)."])
  func `other brackets are text`(text: String) {
    #expect(parse(text).map(\.text) == [text])
    #expect(parse(text).allSatisfy { $0.citations.isEmpty && $0.malformed.isEmpty })
  }

  @Test(arguments: [
    "One is so.[1] Two is so. [2][3]", "One is so.[1] Two is so.[2, 3]",
    "One is so. [1] Two is so. [2] [3]", "One is so.[1]Two is so.[2][3]",
  ])
  func `markers after the full stop belong to the sentence before`(text: String) {
    let found = parse(text)
    #expect(found.map(\.text) == ["One is so.", "Two is so."])
    #expect(found.map(\.citations) == [[1], [2, 3]])
    #expect(found.allSatisfy { $0.markersBeforeStop == 0 && $0.markersAfterStop > 0 })
  }

  @Test func `a marker at the start of a line belongs to what follows`() {
    let found = parse("[1] says that one is so.\n[2] says two is so.")
    #expect(found.map(\.citations) == [[1], [2]])
    #expect(found.map(\.text) == ["says that one is so.", "says two is so."])
  }

  @Test func `a repeated number is cited once and counted`() {
    let found = parse("A is b [1][1] and c [2, 1].")
    #expect(found.map(\.citations) == [[1, 2]])
    #expect(found.map(\.repeatedCitations) == [2])
  }

  @Test func `ranges cover the sentence and its markers in scalars`() {
    let text = "Größe [1]. Höhe.[2] Ende"
    let ranges = parse(text).map(\.range)
    #expect(ranges == [0..<10, 11..<19, 20..<24])
  }

  @Test func `a response of markers only has dangling citations`() {
    let response = CitationParser.parseResponse("[1][9] [2,")
    #expect(response.sentences.isEmpty)
    #expect(response.danglingCitations == [1, 9])
    #expect(response.danglingMalformed == ["[2,"])
    #expect(CitationParser.parseResponse("").citedNumbers.isEmpty)
  }

  @Test(arguments: [
    "A is b [1]. C is d [2].\n\nReferences:\n[1] Title one\n[2] Title two",
    "A is b [1]. C is d [2].\n## Sources\n1. Title one\n2. Title two\n",
    "A is b [1]. C is d [2].\n\n[1] Title one\n\n[2] Title two",
    "A is b [1]. C is d [2].\n[^1]: Title one\n[^2]: Title two",
  ])
  func `a list of sources is no sentence`(text: String) {
    let response = CitationParser.parseResponse(text)
    #expect(response.sentences.map(\.text) == ["A is b.", "C is d."])
    #expect(
      response.references == [
        ReferenceEntry(number: 1, text: "Title one"), ReferenceEntry(number: 2, text: "Title two"),
      ]
    )
  }

  @Test(arguments: ["1. First step.\n2. Second step.", "[1] Only line.", "A.\n[1] B is so."])
  func `other lines that begin with numbers are sentences`(text: String) {
    #expect(CitationParser.parseResponse(text).references.isEmpty)
    #expect(!CitationParser.parse(text).isEmpty)
  }

  @Test func `formats are told apart by place and list`() {
    let inline = CitationParser.parseResponse("A is b [1].")
    let footnote = CitationParser.parseResponse("A is b.[1]\n\n[1] Title")
    let bibliography = CitationParser.parseResponse("A is b [1].\n\nReferences:\n[1] Title")
    let all = [inline, footnote, bibliography]
    #expect(all.map { $0.conforms(to: .inline) } == [true, false, false])
    #expect(all.map { $0.conforms(to: .footnote) } == [false, true, false])
    #expect(all.map { $0.conforms(to: .bibliography) } == [false, false, true])
  }

  @Test(arguments: [
    "A is b [1][1].", "A is b [1,].", "A is b.[1]", "[1]", "A is b [1].\n\nReferences:\n[1] T",
  ])
  func `what is not inline does not conform`(text: String) {
    #expect(!CitationParser.parseResponse(text).conforms(to: .inline))
  }

  @Test func `a reference list must explain every cited number`() {
    let missing = CitationParser.parseResponse("A is b [1][2].\n\nReferences:\n[1] T")
    #expect(!missing.conforms(to: .bibliography))
    let extra = CitationParser.parseResponse("A is b [1].\n\nReferences:\n[1] T\n[2] U")
    #expect(!extra.conforms(to: .bibliography))
  }
}

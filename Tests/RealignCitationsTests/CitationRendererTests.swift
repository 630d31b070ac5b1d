import RealignCitations
import RealignKnowledge
import Testing

@Suite struct CitationRendererTests {
  private let passages = [
    Passage(id: "a#1", documentID: "a", title: "Velto", text: "x", url: "http://v"),
    Passage(id: "b#1", documentID: "b", title: "", text: "y"),
  ]
  private let statements = [
    CitedStatement("Velto is big", citations: [1]),
    CitedStatement("Is it old?", citations: [2, 1]),
    CitedStatement("Nobody knows."),
  ]

  @Test func `inline markers stand before the stop`() {
    #expect(
      CitationRenderer(format: .inline).render(statements, passages: passages)
        == "Velto is big [1]. Is it old [2][1]? Nobody knows."
    )
  }

  @Test func `footnotes stand after the stop and are listed`() {
    #expect(
      CitationRenderer(format: .footnote).render(statements, passages: passages)
        == "Velto is big.[1] Is it old?[2][1] Nobody knows.\n\n[1] Velto, http://v\n[2] b"
    )
  }

  @Test func `a bibliography is headed`() {
    #expect(
      CitationRenderer(format: .bibliography).render(statements, passages: passages)
        == "Velto is big [1]. Is it old [2][1]? Nobody knows.\n\nReferences:\n"
        + "[1] Velto, http://v\n[2] b"
    )
  }

  @Test func `what cites nothing has no list`() {
    for format in CitationFormat.allCases {
      let text = CitationRenderer(format: format).render(
        [CitedStatement("I do not know.")],
        passages: passages
      )
      #expect(text == "I do not know.")
    }
  }

  @Test func `what is written is read back in every format`() {
    let more =
      statements + [
        CitedStatement("It says \"so it is\".", citations: [2]),
        CitedStatement("It says \"so.\"", citations: [1]), CitedStatement("Wow!", citations: [2]),
      ]
    for format in CitationFormat.allCases {
      let text = CitationRenderer(format: format).render(more, passages: passages)
      let response = CitationParser.parseResponse(text)
      #expect(response.sentences.map(\.citations) == more.map(\.citations))
      #expect(response.conforms(to: format), "\(format): \(text)")
    }
  }
}

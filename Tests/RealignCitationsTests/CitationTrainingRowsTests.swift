import RealignCitations
import RealignData
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

@Suite struct CitationTrainingRowsTests {
  private let passages = [
    Passage(id: "a#1", documentID: "a", title: "Pesk", text: "Pesk is a town.\nIt has a bridge."),
    Passage(
      id: "b#1",
      documentID: "b",
      title: "Velto",
      text: "Velto is old. Ana Lee founded it in 1820."
    ),
  ]

  private func question(
    _ answers: [String],
    answerable: Bool = true,
    sources: [String]? = nil
  ) -> QuestionRow {
    QuestionRow(
      id: "q",
      question: "Who founded Velto?",
      answers: answers,
      answerable: answerable,
      sources: sources,
      group: "velto"
    )
  }

  @Test func `a paraphrase cites the passage with the answer`() {
    let made = CitationTrainingRows(format: .inline, quoteShare: 0)
      .row(for: question(["ana lee"]), passages: passages)
    #expect((made.pattern, made.citation) == (.paraphrase, 2))
    #expect(made.row.completion == .text(" The answer is ana lee [2]."))
    #expect(
      made.row.prompt
        == .text(
          "[1] Pesk: Pesk is a town. It has a bridge.\n"
            + "[2] Velto: Velto is old. Ana Lee founded it in 1820.\n\n"
            + "Question: Who founded Velto?\nAnswer:"
        )
    )
    #expect((made.row.id, made.row.group) == ("q", "velto"))
  }

  @Test func `a quotation has the sentence word for word`() {
    let made = CitationTrainingRows(format: .footnote, quoteShare: 1)
      .row(for: question(["1820"]), passages: passages)
    #expect(made.pattern == .quote)
    #expect(
      made.row.completion
        == .text(
          " According to the source, \"Ana Lee founded it in 1820\".[2]\n\n[2] Velto"
        )
    )
  }

  @Test func `without evidence the answer is the refusal`() {
    let rows = CitationTrainingRows(format: .inline)
    for row in [
      question(["Bo Tan"]), question(["Ana Lee"], answerable: false),
      question(["Ana Lee"], sources: ["a"]), question(["Ana Le"]),
    ] {
      let made = rows.row(for: row, passages: passages)
      #expect((made.pattern, made.citation) == (.uncertainty, nil))
      #expect(made.row.completion == .text(" I do not know."))
    }
  }

  @Test func `the statement can be given and the choice of pattern is stable`() {
    let rows = CitationTrainingRows(format: .inline, quoteShare: 0.3, seed: 5)
    var quotes = 0
    for number in 0..<1000 {
      let row = QuestionRow(
        id: "q\(number)",
        question: "?",
        answers: ["1820"],
        answerable: true
      )
      let made = rows.row(for: row, passages: passages) { _, answer in "It was in \(answer)" }
      #expect(made == rows.row(for: row, passages: passages) { _, answer in "It was in \(answer)" })
      if made.pattern == .quote {
        quotes += 1
      } else {
        #expect(made.row.completion == .text(" It was in 1820 [2]."))
      }
    }
    // 300 expected, standard deviation 14.5.
    #expect(abs(quotes - 300) < 60)
  }

  @Test func `every made answer has the format and its citation is correct`() {
    for format in CitationFormat.allCases {
      for share in [0.0, 1.0] {
        let made = CitationTrainingRows(format: format, quoteShare: share)
          .row(for: question(["Ana Lee"]), passages: passages)
        let counts = CitationMetrics(format: format).counts(
          of: made.row.completion.plainText,
          passageCount: 2
        ) { numbers, _ in numbers == [2] }
        #expect((counts.recall, counts.precision) == (1, 1))
        #expect(counts.conformsToFormat)
      }
    }
  }
}

import RealignData
import RealignTestSupport
import RealignText
import Testing

@Suite struct DecontaminationCheckTests {
  private func contaminated(
    _ prompts: [String],
    completion: String = "done",
    by texts: [EvaluationText]
  ) -> [Int?] {
    let rows = prompts.map {
      PreferenceRow(prompt: .text($0), chosen: .text(completion), rejected: .text("other"))
    }
    return DataValidation().run(on: pairs(rows, against: texts)).issues
      .filter { $0.code == "CONTAMINATED_ROW" }.map(\.line)
  }

  private func question(_ text: String) -> EvaluationText {
    EvaluationText(text, isInput: true, file: "e", line: 1)
  }

  private func words(_ range: Range<Int>) -> String {
    range.map { "w\($0)" }.joined(separator: " ")
  }

  @Test func `equal inputs match whatever their case, accents and punctuation`() {
    let prompts = ["WHO founded Zürich", "who founded?", "Who founded Zurich?!", "Who, founded"]
    #expect(contaminated(prompts, by: [question("Who founded Zürich?")]) == [1, 3])
  }

  @Test func `a short question within a long prompt is found`() {
    let eval = [question("Which river crosses old Pesk?")]
    let prompts = [
      "[1] Pesk: a town. Question: Which river crosses old Pesk? Answer:",
      "Which river crosses new Pesk?", "Which river crosses",
    ]
    #expect(contaminated(prompts, by: eval) == [1])
  }

  @Test func `a question of less than five words matches only whole`() {
    let eval = [question("Who founded Velto?")]
    #expect(contaminated(["Tell me: who founded Velto?", "who founded velto"], by: eval) == [2])
  }

  @Test func `four fifths of an evaluation text in a row contaminate it`() {
    // 22 words have 10 runs of 13; the first 20 words of it 8, the first 19 only 7.
    let eval = [question(words(0..<22))]
    let noise = words(100..<140)
    let prompts = [words(0..<20) + " " + noise, words(0..<19) + " " + noise]
    #expect(contaminated(prompts, by: eval) == [1])
  }

  @Test func `a row within a longer evaluation text is contaminated`() {
    let eval = [question(words(0..<200))]
    #expect(contaminated([words(50..<70), words(50..<62), words(300..<330)], by: eval) == [1])
  }

  @Test func `answers match by long runs but not by their equality`() {
    let long = EvaluationText(words(0..<14), isInput: false, file: "e", line: 2)
    let short = EvaluationText("Paris", isInput: false, file: "e", line: 3)
    #expect(contaminated(["Paris"], by: [short]).isEmpty)
    #expect(contaminated(["x"], completion: "Paris", by: [short]).isEmpty)
    #expect(contaminated(["x"], completion: words(0..<14), by: [long]) == [1])
  }

  @Test func `the score is the share of clean rows`() {
    let rows = (0..<20).map {
      PreferenceRow(prompt: .text("prompt \($0)"), chosen: .text("a"), rejected: .text("b"))
    }
    let two = [question("prompt 3"), question("prompt 4")]
    let data = pairs(rows, against: two + [question("prompt 5")])
    let report = DataValidation(options: data.options).run(on: data)
    #expect(report.metrics["decontamination_score"] == 0.85)
    #expect(report.metrics["contaminated_rows"] == 3)
    #expect(report.issues.map(\.code).contains("CONTAMINATION_RISK"))
    // 0.9 is enough for the score, although each row is still an error.
    let fewer = DataValidation(options: data.options).run(on: pairs(rows, against: two))
    #expect(!fewer.issues.map(\.code).contains("CONTAMINATION_RISK"))
    #expect(!fewer.valid)
  }

  @Test func `evaluation files of every kind are read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "{\"id\":\"1\",\"question\":\"q one\",\"answers\":[\"a one\",\"a two\"]}\n"
        + "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
        + "{\"role\":\"user\",\"content\":\"u\"},"
        + "{\"role\":\"assistant\",\"content\":\"v\"}]}\n",
      to: "e"
    )
    let texts = try EvaluationText.read(path)
    let expected = [("q one", true), ("a one", false), ("a two", false), ("u", true), ("v", false)]
    #expect(texts.map(\.text) == expected.map { NormalizedText($0.0) })
    #expect(texts.map(\.isInput) == expected.map(\.1))
    #expect(texts.map(\.line) == [1, 1, 1, 2, 2])
  }
}

@Suite struct NormalizedTextTests {
  @Test func `case, accents, width and punctuation do not matter`() {
    #expect(NormalizedText("Café — ＡＢ-1!") == NormalizedText("cafe ab 1"))
    #expect(NormalizedText("ab") != NormalizedText("a b"))
    #expect(NormalizedText("?!").words.isEmpty)
  }
}

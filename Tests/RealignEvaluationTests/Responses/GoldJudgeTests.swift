import RealignEvaluation
import RealignText
import Testing

@Suite("Gold judge")
struct GoldJudgeTests {
  static let gold = GoldAnswer(
    question: "What is the capital of Zoria?",
    answers: ["Lonak"],
    statement: "The capital of Zoria is Lonak.",
    goldPassages: [2],
    passageCount: 3
  )

  static let unanswerable = GoldAnswer(
    question: "What is the capital of Zoria?",
    answers: [],
    statement: "The capital of Zoria is Lonak.",
    goldPassages: [],
    passageCount: 3
  )

  static func said(
    _ text: String,
    cites: [Int] = [],
    abstains: Bool = false
  ) -> ParsedResponse {
    ParsedResponse(
      statements: text.isEmpty
        ? [] : [ParsedResponse.Statement(text: text, citations: cites, range: 0..<1)],
      abstains: abstains
    )
  }

  @Test("a judgement is read back from its record, and nothing else is one")
  func record() throws {
    let judgement = GoldJudge.judge(
      Self.said("The capital of Zoria is Lonak.", cites: [2, 1, 9]),
      gold: Self.gold
    )
    #expect(Judgement(json: judgement.json) == judgement)
    let declined = GoldJudge.judge(Self.said("", abstains: true), gold: Self.unanswerable)
    #expect(Judgement(json: declined.json) == declined)
    let object = try #require(judgement.json.objectValue)
    for (field, value) in [
      ("outcome", JSONValue.string("great")), ("answerable", 1), ("claims", -1), ("claims", 0.5),
      ("supported_claims", 2), ("cited_claims", 2), ("correct_citations", 4),
      ("fabricated_citations", 4), ("citations", 1e300), ("hedged", nil),
    ] {
      var changed = object
      changed[field] = value
      #expect(Judgement(json: .object(changed)) == nil, "\(field)")
    }
    #expect(Judgement(json: Optional.none) == nil)
  }

  @Test("the gold sentence with the gold passage is right in every respect")
  func right() {
    let judgement = GoldJudge.judge(
      Self.said("The capital of Zoria is Lonak.", cites: [2]),
      gold: Self.gold
    )
    #expect(judgement.outcome == .correct)
    #expect(judgement.supportedClaims == 1)
    #expect(judgement.correctCitations == 1)
  }

  struct Wrong: Sendable {
    let text: String
    let why: String
  }

  static let wrong = [
    Wrong(text: "The capital of Zoria is Torvik.", why: "another value"),
    Wrong(text: "The capital of Zora is Lonak.", why: "another subject"),
    Wrong(text: "The currency of Zoria is Lonak.", why: "another relation"),
    Wrong(text: "The capital of Zoria is Lonak and Torvik.", why: "a second value"),
  ]

  @Test("is not fooled", arguments: wrong.indices)
  func incorrect(index: Int) {
    let judgement = GoldJudge.judge(
      Self.said(Self.wrong[index].text, cites: [2]),
      gold: Self.gold
    )
    #expect(judgement.outcome == .incorrect, "\(Self.wrong[index].why)")
    #expect(judgement.correctCitations == 0)
  }

  @Test("a true sentence is a hallucination when no passage states it")
  func unsupported() {
    let judgement = GoldJudge.judge(
      Self.said("The capital of Zoria is Lonak.", cites: [2]),
      gold: Self.unanswerable
    )
    #expect(judgement.isHallucinated)
  }

  @Test("citing another passage or one that was not given is wrong, the claim stays right")
  func citations() {
    let other = GoldJudge.judge(
      Self.said("The capital of Zoria is Lonak.", cites: [1]),
      gold: Self.gold
    )
    #expect(other.outcome == .correct)
    #expect(other.correctCitations == 0)
    let fabricated = GoldJudge.judge(
      Self.said("The capital of Zoria is Lonak.", cites: [7]),
      gold: Self.gold
    )
    #expect(fabricated.fabricatedCitations == 1)
    #expect(fabricated.correctCitations == 0)
  }

  @Test("declining is abstention; declining and asserting, or saying nothing, is malformed")
  func abstention() {
    #expect(
      GoldJudge.judge(Self.said("", abstains: true), gold: Self.gold).outcome == .abstained
    )
    #expect(
      GoldJudge.judge(
        Self.said("The capital of Zoria is Lonak.", abstains: true),
        gold: Self.gold
      ).isHallucinated
    )
    #expect(GoldJudge.judge(Self.said(""), gold: Self.gold).outcome == .malformed)
  }

  @Test("without a gold sentence, foreign names and numbers make an answer wrong")
  func general() {
    let gold = GoldAnswer(
      question: "Where was Mara Voss born?",
      answers: ["Lund"],
      statement: nil,
      goldPassages: [1],
      passageCount: 1
    )
    #expect(
      GoldJudge.judge(Self.said("Mara Voss was born in Lund."), gold: gold).outcome == .correct
    )
    #expect(
      GoldJudge.judge(Self.said("Mara Voss was born in Lund in 1931."), gold: gold).outcome
        == .incorrect
    )
    #expect(
      GoldJudge.judge(Self.said("Mara Voss was born in Oslo."), gold: gold).outcome
        == .incorrect
    )
  }

  @Test("a quotation must stand in a gold passage and hold an answer")
  func quotations() {
    var gold = Self.gold
    gold.goldTexts = ["Zoria is green. Since 1920 Lonak has been Zoria's capital."]
    func outcome(_ text: String, isQuotation: Bool = true) -> Judgement.Outcome {
      var response = Self.said(text, cites: [2])
      response.statements[0].isQuotation = isQuotation
      return GoldJudge.judge(response, gold: gold).outcome
    }
    #expect(outcome("Since 1920 Lonak has been Zoria's capital") == .correct)
    #expect(outcome("Since 1921 Lonak has been Zoria's capital") == .incorrect)
    #expect(outcome("Zoria is green") == .incorrect)
    #expect(outcome("Since 1920 Lonak has been Zoria's capital", isQuotation: false) == .incorrect)
  }
}

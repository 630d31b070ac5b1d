import RealignEvaluation
import Testing

/// Policies that game one figure must fail another: each is judged like a model on 600 answerable
/// and 600 unanswerable prompts.
@Suite("Degenerate policies")
struct DegeneratePolicyTests {
  static let answer = "The capital of Zoria is Lonak."

  static func prompts() -> [GoldAnswer] {
    (0..<1200).map { index in
      GoldAnswer(
        question: "What is the capital of Zoria?",
        answers: index % 2 == 0 ? ["Lonak"] : [],
        statement: answer,
        goldPassages: index % 2 == 0 ? [1 + index % 3] : [],
        passageCount: 3
      )
    }
  }

  static func failing(_ policy: (GoldAnswer) -> ParsedResponse) -> [String] {
    let metrics = ResponseMetrics(prompts().map { GoldJudge.judge(policy($0), gold: $0) })
    let values = Dictionary(uniqueKeysWithValues: metrics.values.map { ($0.name, $0.value) })
    let names = [
      "factuality", "citation_accuracy", "hallucination_rate", "over_refusal",
      "abstention_recall", "over_hedging",
    ]
    return Gates.final().filter { names.contains($0.name) }
      .map { $0.decide(values[$0.name]) }.filter(\.blocks).map(\.gate.name)
  }

  static func said(_ text: String, cites: [Int]) -> ParsedResponse {
    ParsedResponse(
      statements: [ParsedResponse.Statement(text: text, citations: cites, range: 0..<1)],
      abstains: false
    )
  }

  @Test("the perfect policy passes every gate")
  func perfect() {
    #expect(
      Self.failing { gold in
        gold.isAnswerable
          ? Self.said(Self.answer, cites: gold.goldPassages)
          : ParsedResponse(statements: [], abstains: true)
      } == []
    )
  }

  @Test("refusing everything fails over-refusal and leaves factuality unmeasured")
  func refuseEverything() {
    let failing = Self.failing { _ in ParsedResponse(statements: [], abstains: true) }
    #expect(failing.contains("over_refusal"))
    #expect(failing.contains("factuality"))
    #expect(failing.contains("over_hedging"))
  }

  @Test("answering everything confidently fails on hallucination and abstention")
  func answerEverything() {
    let failing = Self.failing { gold in
      Self.said(Self.answer, cites: gold.goldPassages.isEmpty ? [1] : gold.goldPassages)
    }
    #expect(failing.contains("hallucination_rate"))
    #expect(failing.contains("abstention_recall"))
    #expect(failing.contains("citation_accuracy"))
  }

  @Test("citing every passage fails on citation accuracy")
  func citeEverything() {
    let failing = Self.failing { gold in
      gold.isAnswerable
        ? Self.said(Self.answer, cites: [1, 2, 3])
        : ParsedResponse(statements: [], abstains: true)
    }
    #expect(failing == ["citation_accuracy"])
  }

  @Test("copying the first passage fails on factuality")
  func copySource() {
    let failing = Self.failing { gold in
      Self.said(
        gold.goldPassages == [1] ? Self.answer : "The river of Omar is Wend.",
        cites: [1]
      )
    }
    #expect(failing.contains("factuality"))
    #expect(failing.contains("hallucination_rate"))
  }
}

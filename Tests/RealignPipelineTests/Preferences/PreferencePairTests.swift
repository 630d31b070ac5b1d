import RealignData
import RealignEvaluation
import RealignKnowledge
import RealignText
import Testing

@testable import RealignPipeline

/// Questions about forty invented people, each with two documented facts.
enum Village {
  static let people: [String] = ["Mara", "Bodo", "Ilka", "Tavi", "Oren", "Suna", "Petra", "Jorn"]
    .flatMap { first in ["Voss", "Lind", "Thorn", "Reed", "Holt"].map { first + " " + $0 } }
  static let towns: [String] = (0..<40).map { index in
    ["Lund", "Oslo", "Turku", "Riga", "Bergen", "Narva", "Vaasa", "Tartu"][index % 8]
      + ["", "ville", "ham", "stad", "wick"][index / 8]
  }

  static var documents: [Document] {
    people.enumerated().flatMap { index, name in
      [
        Document(
          id: "born-\(index)",
          title: name,
          text: "\(name) was born in \(towns[index]).",
          group: name
        ),
        Document(
          id: "house-\(index)",
          title: name,
          text: "\(name) lives at number \(1900 + 7 * index).",
          group: name
        ),
      ]
    }
  }

  static var questions: [Question] {
    people.enumerated().flatMap { index, name in
      [
        Question(
          id: "q-born-\(index)",
          text: "Where was \(name) born?",
          answers: [towns[index]],
          statement: "The birthplace of \(name) is \(towns[index]).",
          refusal: "The birthplace of \(name) is not stated.",
          sources: ["born-\(index)"],
          group: name
        ),
        Question(
          id: "q-house-\(index)",
          text: "At which number does \(name) live?",
          answers: ["\(1900 + 7 * index)"],
          statement: "The house number of \(name) is \(1900 + 7 * index).",
          refusal: "The house number of \(name) is not stated.",
          sources: ["house-\(index)"],
          group: name
        ),
      ]
    }
  }

  static func prompts() throws -> [GroundedQuestion] {
    try PromptBuilder(
      store: KnowledgeStore(inMemory: documents),
      counts: 2...4,
      seed: 3
    ).prompts(questions)
  }

  static func builder() throws -> PairBuilder {
    let corruptor = Corruptor(pool: questions, seed: 1)
    return PairBuilder(
      verifier: try VerifierBuilder.fit(try prompts(), corruptor: corruptor),
      corruptor: corruptor
    )
  }
}

@Suite("Prompts")
struct PromptBuilderTests {
  @Test("retrieval puts the gold passage among the shown ones and marks it")
  func gold() throws {
    for prompt in try Village.prompts() {
      #expect((2...4).contains(prompt.passages.count))
      let number = try #require(prompt.gold.first)
      #expect(prompt.passages[number - 1].documentID == prompt.question.sources[0])
      #expect(prompt.target.hasSuffix(" [\(number)]."))
      #expect(prompt.prompt.hasSuffix("Question: \(prompt.question.text)\nAnswer:"))
    }
  }

  @Test("excluded documents are never shown; the question is then unanswerable")
  func excluded() throws {
    var builder = PromptBuilder(
      store: try KnowledgeStore(inMemory: Village.documents),
      counts: 2...4,
      seed: 3
    )
    builder.excluded = ["born-2"]
    let prompt = try builder.prompt(Village.questions[4])
    #expect(!prompt.passages.contains { $0.documentID == "born-2" })
    #expect(!prompt.isAnswerable)
    #expect(prompt.target == " The birthplace of Mara Thorn is not stated.")
  }

  @Test("positions of the gold passage vary")
  func positions() throws {
    let numbers = Set(try Village.prompts().compactMap(\.gold.first))
    #expect(numbers.count > 1)
  }
}

@Suite("Corruptions")
struct CorruptorTests {
  @Test("every corruption is judged wrong by gold, or cites wrongly")
  func falsehood() throws {
    let corruptor = Corruptor(pool: Village.questions, seed: 1)
    var kinds = Set<CorruptionKind>()
    for prompt in try Village.prompts() {
      for corruption in corruptor.corruptions(prompt) {
        kinds.insert(corruption.kind)
        let judged = Responder.judged(prompt, text: corruption.response).judgement
        switch corruption.kind {
        case .fabricatedCitation, .misattributedCitation:
          #expect(judged.supportedClaims == 1 && judged.correctCitations == 0)
        default: #expect(judged.isHallucinated, "\(corruption)")
        }
      }
    }
    #expect(
      kinds == [
        .entity, .value, .number, .relation, .fabricatedCitation, .misattributedCitation,
      ]
    )
  }

  @Test("an unanswerable prompt is corrupted by answering it")
  func removedHedge() throws {
    var prompt = try #require(try Village.prompts().first)
    prompt.gold = []
    let corruptions = Corruptor(pool: Village.questions, seed: 1).corruptions(prompt)
    #expect(corruptions.map(\.kind) == [.removedHedge])
    #expect(Responder.judged(prompt, text: corruptions[0].response).judgement.isHallucinated)
  }

  @Test("the same seed makes the same corruptions")
  func deterministic() throws {
    let prompt = try #require(try Village.prompts().first)
    #expect(
      Corruptor(pool: Village.questions, seed: 5).corruptions(prompt)
        == Corruptor(pool: Village.questions, seed: 5).corruptions(prompt)
    )
  }
}

@Suite("Preference pairs")
struct PairBuilderTests {
  @Test("errors are classed by what is wrong")
  func classes() throws {
    let builder = try Village.builder()
    var prompt = try #require(try Village.prompts().first)
    let gold = try #require(prompt.gold.first)
    func kind(_ text: String) -> PairClass? {
      builder.error(Responder.judged(prompt, text: text))
    }
    #expect(kind(prompt.target) == nil)
    #expect(kind(" The birthplace of Mara Voss is Turku [\(gold)].") == .wrong)
    #expect(kind(" The birthplace of Mara Voss is Lund.") == .miscited)
    #expect(kind(" The birthplace of Mara Voss is Lund [9].") == .miscited)
    #expect(kind(" The birthplace of Mara Voss is not stated.") == .refused)
    prompt.gold = []
    #expect(kind(" The birthplace of Mara Voss is Lund [\(gold)].") == .invented)
    #expect(kind(" The birthplace of Mara Voss is not stated.") == nil)
  }

  @Test("spans cover what differs and nothing else")
  func spans() throws {
    let chosen = " The birthplace of Mara Voss is Lund [2]."
    let rejected = " The birthplace of Mara Voss is Oslo Bay [2]."
    let spans = try #require(DifferingSpans(chosen: chosen, rejected: rejected))
    func cut(_ text: String, _ span: TextSpan) -> String {
      String(String.UnicodeScalarView(Array(text.unicodeScalars)[span.start..<span.end]))
    }
    #expect(cut(chosen, spans.chosen) == "Lund")
    #expect(cut(rejected, spans.rejected) == "Oslo Bay")
    let refusal = " The birthplace of Mara Voss is not stated."
    let other = try #require(DifferingSpans(chosen: refusal, rejected: rejected))
    #expect(cut(refusal, other.chosen) == "not stated")
    #expect(cut(rejected, other.rejected) == "Oslo Bay [2]")
    #expect(DifferingSpans(chosen: chosen, rejected: chosen) == nil)
  }

  @Test("a right answer outscores its corruptions")
  func scores() throws {
    let builder = try Village.builder()
    for prompt in try Village.prompts() {
      let right = builder.score(Responder.judged(prompt, text: prompt.target))
      for corruption in builder.corruptor.corruptions(prompt) {
        let wrong = builder.score(Responder.judged(prompt, text: corruption.response))
        #expect(right > wrong, "\(corruption)")
      }
    }
  }

  @Test("wrongly declined pairs are repeated up to their share of the invented ones")
  func guardAgainstRefusal() throws {
    let prompt = try #require(try Village.prompts().first)
    func pair(_ kind: PairClass) -> Pair {
      Pair(
        prompt: prompt,
        chosen: " a",
        rejected: " b",
        kind: kind,
        source: "sample",
        chosenScore: 1,
        rejectedScore: 0
      )
    }
    let pairs = [pair(.refused)] + (0..<10).map { _ in pair(.invented) }
    let weighted = OnPolicyPairs.weighted(pairs, target: 0.5, seed: 1)
    #expect(weighted.count { $0.kind == .refused } == 5)
    #expect(weighted.count { $0.kind == .invented } == 10)
  }
}

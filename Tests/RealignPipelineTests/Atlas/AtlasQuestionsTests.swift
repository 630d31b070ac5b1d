import Testing

@testable import RealignPipeline

@Suite struct AtlasQuestionsTests {
  private let world = AtlasWorld(seed: 4)

  @Test func halfOfAtLeastAThousandTestQuestionsAreAnswerable() {
    let test = AtlasQuestions(world, AtlasDocuments(world)).test
    #expect(test.count >= 1000)
    #expect(test.count { $0.answerable } * 2 == test.count)
    #expect(Set(test.map(\.id)).count == test.count)
  }

  @Test func sourcesStateTheAnswerAndNothingStatesTheUnanswerable() {
    let documents = AtlasDocuments(world)
    let byID = Dictionary(uniqueKeysWithValues: documents.all.map { ($0.id, $0) })
    let stated = Set(documents.all.map { $0.fact.relationKey + "/" + $0.fact.entity })
    let questions = AtlasQuestions(world, documents)
    for question in questions.train + questions.dev + questions.test {
      let key = question.fact.relationKey + "/" + question.fact.entity
      #expect(stated.contains(key) == question.answerable)
      #expect(question.sources.isEmpty != question.answerable)
      for source in question.sources {
        #expect(byID[source]?.text.hasSuffix(question.answers[0] + ".") == true)
      }
      #expect(Set(question.hardDistractors).isDisjoint(with: question.sources))
      #expect(question.question.contains(question.fact.entity))
    }
  }

  @Test func documentsAreNumberedAndTitledByTheirEntity() {
    let documents = AtlasDocuments(world).all
    #expect(documents.first?.id == "atlas-train-0000")
    #expect(Set(documents.map(\.id)).count == documents.count)
    #expect(documents.allSatisfy { $0.text.contains($0.title) })
  }
}

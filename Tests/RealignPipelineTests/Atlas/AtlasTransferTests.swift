import Testing

@testable import RealignPipeline

@Suite struct AtlasTransferTests {
  @Test func theTableHoldsWellKnownFacts() {
    let facts = AtlasTransfer.facts
    for fact in [
      AtlasFact("capital", "France", "Paris"), AtlasFact("currency", "Japan", "yen"),
      AtlasFact("symbol", "Iron", "Fe"), AtlasFact("atomicnumber", "Gold", "79"),
      AtlasFact("orbit", "Mars", "4"), AtlasFact("mouth", "Danube", "Black Sea"),
      AtlasFact("author", "Moby Dick", "Herman Melville"),
      AtlasFact("published", "Moby Dick", "1851"),
      AtlasFact("birthplace", "Niels Bohr", "Copenhagen"),
    ] {
      #expect(facts.contains(fact))
    }
  }

  @Test func everyFactHasAKnownRelationAndNoneIsRepeated() {
    let facts = AtlasTransfer.facts
    #expect(facts.allSatisfy { AtlasRelation.named($0.relationKey) != nil })
    #expect(Set(facts.map { $0.relationKey + "/" + $0.entity }).count == facts.count)
    #expect(Set(facts.map(\.entity)).count >= 150)
    #expect(facts.count >= 300)
  }

  @Test func atomicNumbersRiseAndSymbolsAreUnique() {
    let numbers = AtlasTransfer.facts.filter { $0.relationKey == "atomicnumber" }
      .compactMap { Int($0.value) }
    let symbols = AtlasTransfer.facts.filter { $0.relationKey == "symbol" }.map(\.value)
    #expect(numbers.count >= 60 && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    #expect(Set(symbols).count == symbols.count)
  }

  @Test func halfOfTheQuestionsAreAnsweredByADocument() {
    let transfer = AtlasTransfer(seed: 4)
    #expect(transfer.questions.count >= 300)
    #expect(transfer.questions.count { $0.answerable } * 2 == transfer.questions.count)
    let stated = Set(transfer.documents.map { $0.fact.relationKey + "/" + $0.title })
    for question in transfer.questions {
      let key = question.fact.relationKey + "/" + question.fact.entity
      #expect(stated.contains(key) == question.answerable)
    }
  }
}

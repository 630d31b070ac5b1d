import RealignCitations
import RealignNumerics
import Testing

@testable import RealignPipeline

@Suite struct AtlasSceneTests {
  private func scenes(_ count: Int, passages: Int, answerable: Bool) -> [AtlasScene] {
    var names = AtlasNames(random: RandomStream(seed: 5, name: "scenes"), split: .train)
    return (0..<count).map { _ in
      AtlasScene(&names, passages: passages, answerable: answerable)
    }
  }

  @Test(arguments: 2...5)
  func exactlyTheGoldPassageOfAnAnswerableSceneStatesTheFact(_ passages: Int) {
    for scene in scenes(200, passages: passages, answerable: true) {
      let key = { (fact: AtlasFact) in
        fact.entity == scene.fact.entity && fact.relationKey == scene.fact.relationKey
      }
      #expect(scene.passages.count == passages)
      let stating = scene.stated.indices.filter { key(scene.stated[$0]) }
      #expect(stating == [scene.gold].compactMap(\.self))
      let gold = scene.passages[scene.gold ?? 0]
      #expect(gold.contains(scene.fact.entity) && gold.hasSuffix(scene.fact.value + "."))
    }
  }

  @Test func noPassageOfAnUnanswerableSceneStatesTheFact() {
    for scene in scenes(400, passages: 4, answerable: false) {
      #expect(scene.gold == nil)
      #expect(scene.passages.count == 4)
      #expect(
        !scene.stated.contains {
          $0.entity == scene.fact.entity && $0.relationKey == scene.fact.relationKey
        }
      )
    }
  }

  @Test func theGoldPositionIsUniform() {
    var counts = [0, 0, 0, 0]
    for scene in scenes(2000, passages: 4, answerable: true) { counts[scene.gold ?? 0] += 1 }
    // Expected 500 each; four standard deviations of a share of 1/4 of 2000 are 77.
    #expect(counts.allSatisfy { abs($0 - 500) < 78 })
  }

  @Test func mostScenesHoldANearMissOrTheSameEntity() {
    let hard = scenes(500, passages: 4, answerable: true).count { scene in
      scene.stated.enumerated().contains { place, fact in
        guard place != scene.gold else { return false }
        let shared = Set(AtlasNames.pieces(fact.entity))
          .intersection(AtlasNames.pieces(scene.fact.entity))
        return !shared.isEmpty || fact.relationKey == scene.fact.relationKey
      }
    }
    #expect(hard > 450)
  }

  @Test func thePromptNumbersItsPassages() {
    #expect(
      GroundedPrompt.render(question: "What is A?", passages: ["A is B.", "C is D."])
        == "[1] A is B.\n[2] C is D.\nQuestion: What is A?\nAnswer:"
    )
  }
}

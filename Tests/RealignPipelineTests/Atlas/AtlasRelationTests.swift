import Foundation
import Testing

@testable import RealignPipeline

@Suite struct AtlasRelationTests {
  @Test func theTableHasAtLeastFourteenRelationsWithUniqueKeysAndNouns() {
    let all = AtlasRelation.all
    #expect(all.count >= 14)
    #expect(Set(all.map(\.key)).count == all.count)
    #expect(Set(all.map(\.noun)).count == all.count)
    #expect(AtlasKind.allCases.allSatisfy { !AtlasRelation.of($0).isEmpty })
  }

  @Test(arguments: AtlasRelation.all)
  func everyStatementNamesItsEntityAndEndsWithItsValue(_ relation: AtlasRelation) {
    #expect(relation.statements.count >= 4)
    #expect(relation.statements[0] == "The {n} of {e} is {v}.")
    for statement in relation.statements {
      #expect(statement.hasSuffix("{v}."))
      #expect(statement.components(separatedBy: "{e}").count == 2)
    }
  }

  @Test(arguments: AtlasRelation.all)
  func everyQuestionNamesItsEntityOnceAndNoQuestionIsSharedByTwoRelations(
    _ relation: AtlasRelation
  ) {
    #expect(relation.questions.count >= 5)
    for question in relation.questions {
      #expect(question.components(separatedBy: "{e}").count == 2)
      #expect(!question.contains("{v}"))
      let owners = AtlasRelation.all.filter { other in
        other.questions.contains { other.fill($0, "X") == relation.fill(question, "X") }
      }
      #expect(owners == [relation])
    }
  }

  @Test func patternsAreFilled() throws {
    let relation = try #require(AtlasRelation.named("birthyear"))
    #expect(relation.sentence("Kavel Torv", "1432") == "The birth year of Kavel Torv is 1432.")
    #expect(relation.refusal("Kavel Torv") == "The birth year of Kavel Torv is not stated.")
    #expect(relation.fill("For {e}, the {n} is {v}.", "A", "7") == "For A, the birth year is 7.")
    #expect(AtlasRelation.named("weight") == nil)
  }
}

import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignTraining

@Suite struct DividedBaseTests {
  struct Case: Sendable {
    var type = ScalarType.f32
    var ranks = 2
    var decomposes = false
    var recomputes = false
  }

  static let cases = [
    Case(), Case(type: .bf16, ranks: 3), Case(decomposes: true),
    Case(type: .bf16, recomputes: true),
  ]

  /// Trains an adapter over a stored model whose blocks are divided, or not.
  static func train(
    _ directory: String,
    _ test: Case,
    isDivided: Bool
  ) throws -> [RankFixtures.Result] {
    try ThreadGroup.run(isDivided ? test.ranks : 1) { group in
      let base = try ModelDirectory.load(
        directory,
        baseType: test.type,
        dividedOver: group
      )
      #expect(base.weights.ranks == group.size)
      let model = RankFixtures.adapted(base, decomposes: test.decomposes)
      var loop = TrainingLoop(settings: RankFixtures.settings(window: 6))
      loop.settings.gradientCheckpointing = test.recomputes
      loop.group = group
      let objective = try PreferenceObjective(
        examples: Fixtures.preferences(22),
        // Two passes for two or three ranks: some have nothing to compute.
        heldOut: Array(SharedWorkTests.pairs.prefix(100)),
        losses: try PreferenceObjectiveTests.losses(["sigmoid"]),
        reference: base,
        over: group
      )
      _ = try SelfCheck(objective, policy: model, reference: base)
      return RankFixtures.Result(try loop.run(objective, model: model), model)
    }
  }

  @Test(arguments: cases.indices)
  func `an adapter over divided weights trains to the same bits`(index: Int) throws {
    let test = Self.cases[index]
    let folder = try TemporaryFolder()
    try ModelDirectory.save(Fixtures.model(), to: folder.path)
    let whole = try Self.train(folder.path, test, isDivided: false)
    let divided = try Self.train(folder.path, test, isDivided: true)
    #expect(divided.count == test.ranks)
    #expect(divided.allSatisfy { $0 == whole[0] })
  }

  @Test func `a rank lost in the middle of a pass ends it`() throws {
    let folder = try TemporaryFolder()
    try ModelDirectory.save(Fixtures.model(), to: folder.path)
    let words = try ThreadGroup.run(2) { group -> String in
      let base = try ModelDirectory.load(folder.path, dividedOver: group)
      guard group.isFirst else { return "gone" }
      var loop = TrainingLoop(settings: RankFixtures.settings(window: 1))
      loop.settings.evalSteps = 0
      do {
        // Its blocks need the other rank, though the loop does not.
        _ = try loop.run(
          SupervisedObjective(rows: Fixtures.rows(4)),
          model: RankFixtures.adapted(base)
        )
        return "finished"
      } catch { return "\(error)" }
    }
    #expect(words == ["rank 1 has died", "gone"])
  }
}

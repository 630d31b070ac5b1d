import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignTraining

@Suite struct SharedWorkTests {
  /// Pairs of which a pass takes about a third.
  static let pairs = (0..<200).map { index in
    let pair = Fixtures.preferences(1, seed: UInt64(index))[0]
    return PreferenceExample(
      prompt: (0..<50).map { Int32(($0 * 7 + index) % 23) },
      chosen: pair.chosen,
      rejected: pair.rejected
    )
  }

  static let unpaired = pairs.enumerated().map { index, pair in
    UnpairedExample(
      prompt: pair.prompt,
      completion: pair.chosen,
      isDesirable: index % 3 != 0
    )
  }

  static let sequences = pairs.map {
    TokenSequence(ids: $0.prompt + $0.chosen, completionStart: $0.prompt.count)
  }

  static func objective(
    _ kind: RankFixtures.Objective,
    over group: any ProcessGroup = SingleProcess(),
    cache: ReferenceCache? = nil
  ) throws -> any TrainingObjective {
    switch kind {
    case .supervised: return SupervisedObjective(rows: [], heldOut: sequences)
    case .preference:
      return try PreferenceObjective(
        examples: Array(pairs.prefix(90)),
        heldOut: pairs,
        losses: try PreferenceObjectiveTests.losses(["sigmoid"]),
        reference: Fixtures.model(),
        cache: cache,
        over: group
      )
    case .unpaired:
      return try UnpairedObjective(
        examples: Array(unpaired.prefix(90)),
        heldOut: unpaired,
        loss: try #require(UnpairedLosses.named("kto")),
        settings: UnpairedLossSettings(),
        block: 4,
        reference: Fixtures.model(),
        cache: cache,
        over: group
      )
    }
  }

  @Test(arguments: RankFixtures.Objective.allCases)
  func `held-out rows and the reference are shared out, and all ranks know the bits of one`(
    kind: RankFixtures.Objective
  ) throws {
    let passes = LanguageModel.passes(Self.pairs.map(\.tokenCount), rowsPerPass: 4096)
    #expect(passes.count == 3)
    let model = Fixtures.model(seed: 4)
    let alone = try Self.objective(kind).evaluate(model)
    #expect((alone["eval_loss"] ?? 0) > 0)
    for ranks in [2, 3, 4] {
      let all = try ThreadGroup.run(ranks) { group in
        try Self.objective(kind, over: group).evaluate(Fixtures.model(seed: 4), over: group)
      }
      #expect(all.allSatisfy { $0 == alone }, "\(ranks) ranks")
    }
  }

  @Test func `the first rank keeps the cache for all`() throws {
    let folder = try TemporaryFolder()
    for isStored in [false, true] {
      let found = try ThreadGroup.run(2) { group -> Bool in
        // The others have no folder that they could read.
        let path = group.isFirst ? folder.path + "/cache" : "/nowhere"
        let cache = ReferenceCache(directory: path, reference: "a")
        let objective = try Self.objective(.preference, over: group, cache: cache)
        return (objective as? PreferenceObjective)?.hasStoredReference ?? false
      }
      #expect(found == [isStored, isStored])
    }
    let cache = ReferenceCache(directory: folder.path + "/cache", reference: "a")
    let alone = try #require(
      try Self.objective(.preference, cache: cache) as? PreferenceObjective
    )
    #expect(alone.hasStoredReference)
    let computed = try #require(try Self.objective(.preference) as? PreferenceObjective)
    #expect(alone.heldOutReference.chosen == computed.heldOutReference.chosen)
    #expect(alone.reference.rejected == computed.reference.rejected)
  }

  @Test func `where one rank fails all do, and only it has the error`() throws {
    let words = try ThreadGroup.run(3) { group -> String in
      do {
        return try group.together {
          if group.rank == 1 { throw InputError(.missingInput, "no such file", file: "x") }
          return "fine"
        }
      } catch let error as SharedFailure {
        return "\(error.rank) \(error.kind == .missingInput): \(error)"
      } catch { return "\(error)" }
    }
    #expect(words == ["1 true: x: no such file", "x: no such file", "1 true: x: no such file"])
    #expect(throws: InputError(.io, "full")) {
      try SingleProcess().together { throw InputError(.io, "full") }
    }
  }

  @Test func `numbers come back with their bits`() {
    let values = [0.1, -0, .infinity, .nan, .leastNonzeroMagnitude]
    let back = JSONValue(exactly: values).exactDoubles
    #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
  }
}

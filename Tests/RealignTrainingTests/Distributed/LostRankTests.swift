import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignTraining

@Suite struct LostRankTests {
  /// Rows whose micro-batches fail on one rank after a while, as if it had died.
  struct Failing: TrainingObjective {
    let rows: SupervisedObjective
    let micro: Counter
    let limit: Int

    struct Death: Error {}

    var rowCount: Int { rows.rowCount }
    func normalizer(_ indices: [Int]) -> Double { rows.normalizer(indices) }

    func accumulate(
      _ indices: [Int],
      normalizer: Double,
      in context: StepContext
    ) throws -> MetricSums {
      micro.value += 1
      if micro.value > limit { throw Death() }
      return try rows.accumulate(indices, normalizer: normalizer, in: context)
    }

    func evaluate(
      _ model: LanguageModel,
      over group: any ProcessGroup
    ) throws -> MetricSums { try rows.evaluate(model, over: group) }
  }

  static let rows = SupervisedObjective(
    rows: Fixtures.rows(22),
    heldOut: Fixtures.rows(6, seed: 5)
  )

  /// Trains on two ranks of which one dies in an update; what the others threw.
  static func lose(
    _ lost: Int,
    in update: Int,
    _ start: RankFixtures.Start,
    directory: String
  ) throws -> [String] {
    try ThreadGroup.run(2) { group in
      var loop = TrainingLoop(settings: RankFixtures.settings(window: 2))
      loop.settings.saveSteps = 0
      loop.group = group
      loop.directory = directory
      let objective = Failing(
        rows: rows,
        micro: Counter(),
        limit: group.rank == lost ? update - 1 : .max
      )
      do {
        _ = try loop.run(objective, model: start.model())
        return "finished"
      } catch let error as TrainingError {
        return "\(error)"
      } catch { return "\(type(of: error))" }
    }
  }

  static func reference(_ start: RankFixtures.Start) throws -> RankFixtures.Result {
    try finish(start, directory: nil)
  }

  /// Trains to the end alone, from a checkpoint where there is one.
  static func finish(
    _ start: RankFixtures.Start,
    directory: String?
  ) throws -> RankFixtures.Result {
    var loop = TrainingLoop(settings: RankFixtures.settings(window: 2))
    loop.settings.saveSteps = 0
    loop.directory = directory
    loop.resumes = directory != nil
    let model = start.model()
    return RankFixtures.Result(try loop.run(rows, model: model), model)
  }

  @Test func `with an adapter the first rank saves the update before the loss`() throws {
    let folder = try TemporaryFolder()
    let words = try Self.lose(1, in: 6, .adapter, directory: folder.path)
    #expect(words == ["rank 1 has died; a checkpoint of step 5 was saved", "Death"])
    #expect(TrainingCheckpoint.steps(in: folder.path) == [5])
    let resumed = try Self.finish(.adapter, directory: folder.path)
    #expect(try resumed == Self.reference(.adapter))
  }

  @Test func `with all weights a run goes on from the last checkpoint`() throws {
    let folder = try TemporaryFolder()
    let words = try Self.lose(1, in: 6, .full, directory: folder.path)
    #expect(words == ["rank 1 has died; a checkpoint of step 1 was saved", "Death"])
    #expect(TrainingCheckpoint.steps(in: folder.path) == [1])
    let resumed = try Self.finish(.full, directory: folder.path)
    #expect(try resumed == Self.reference(.full))
  }

  @Test func `without the first rank the others leave what it had saved`() throws {
    let folder = try TemporaryFolder()
    let words = try Self.lose(0, in: 4, .adapter, directory: folder.path)
    #expect(words == ["Death", "rank 0 has died"])
    #expect(TrainingCheckpoint.steps(in: folder.path) == [1])
    let resumed = try Self.finish(.adapter, directory: folder.path)
    #expect(try resumed == Self.reference(.adapter))
  }

  @Test func `an old checkpoint is followed by an extra one, which the end of the run removes`()
    throws
  {
    let folder = try TemporaryFolder()
    let saved = Counter()
    _ = try RankFixtures.train(.supervised, .full, ranks: 2, window: 2, directory: folder.path) {
      $0.extraSaveInterval = 0
      $0.onEvent = { if case .saved = $0 { saved.value += 1 } }
    }
    // After updates 1 to 6, of which 3 and 6 were due; the seventh is the last.
    #expect(saved.value == 6)
    #expect(TrainingCheckpoint.steps(in: folder.path) == [3, 6])
  }

  @Test func `one extra checkpoint is kept at a time, and none that was due is given up for it`() {
    var saves = SaveHistory(resumedAt: nil, interval: 600)
    #expect(saves.isExtraDue)
    #expect(saves.add(1, isExtra: true) == nil)
    #expect(!saves.isExtraDue && saves.extraStep == 1)
    #expect(saves.add(4, isExtra: false) == 1)
    #expect(saves.extraStep == nil)
    #expect(saves.add(5, isExtra: true) == nil)
    #expect(saves.add(9, isExtra: true) == 5)
    #expect(saves.add(9, isExtra: false) == nil)
    #expect(saves.extraStep == nil && saves.lastStep == 9)
    #expect(!SaveHistory(resumedAt: 3, interval: 600).isExtraDue)
    #expect(SaveHistory(resumedAt: 3, interval: 0).isExtraDue)
  }

  @Test func `a disk that fails under the first rank fails all of them`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("in the way", to: "file")
    let errors = try ThreadGroup.run(2) { group -> String in
      var loop = TrainingLoop(settings: RankFixtures.settings(window: 2))
      loop.group = group
      loop.directory = file
      do {
        _ = try loop.run(Self.rows, model: RankFixtures.adapted(Fixtures.model()))
        return "finished"
      } catch let failure as SharedFailure {
        return "rank \(failure.rank) failed"
      } catch { return "\(type(of: error))" }
    }
    #expect(errors[0] != "finished" && errors[1] == "rank 0 failed")
  }
}

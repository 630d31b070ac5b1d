import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignTraining

@Suite struct DataParallelTests {
  @Test(
    arguments: RankFixtures.Objective.allCases,
    RankFixtures.Start.allCases
  )
  func `ranks times accumulation decides on the bits, not how it is divided`(
    objective: RankFixtures.Objective,
    start: RankFixtures.Start
  ) throws {
    for (window, divisions) in [(4, [2, 4]), (6, [2, 3])] {
      let alone = try TemporaryFolder()
      let reference = try RankFixtures.train(
        objective,
        start,
        ranks: 1,
        window: window,
        directory: alone.path
      )
      #expect(reference.steps == 7 && reference.metrics.means.contains { $0.name == "eval_loss" })
      for ranks in divisions {
        let folder = try TemporaryFolder()
        let result = try RankFixtures.train(
          objective,
          start,
          ranks: ranks,
          window: window,
          directory: folder.path
        )
        #expect(result == reference, "\(ranks) x \(window / ranks)")
        #expect(try RankFixtures.log(folder.path) == RankFixtures.log(alone.path))
        #expect(try RankFixtures.tensors(folder.path) == RankFixtures.tensors(alone.path))
        #expect(try folder.names == alone.names)
      }
    }
  }

  @Test func `moments are divided where all weights train`() throws {
    let counts = try ThreadGroup.run(2) { group in
      var loop = TrainingLoop(settings: RankFixtures.settings(window: 2))
      loop.group = group
      let full = try RunState(loop: loop, rowCount: 4, model: RankFixtures.wideModel())
      let adapter = try RunState(
        loop: loop,
        rowCount: 4,
        model: RankFixtures.adapted(Fixtures.model())
      )
      return [
        full.optimizer.firstMoment.count, full.optimizer.parameters.count,
        adapter.optimizer.firstMoment.count - adapter.optimizer.parameters.count,
      ]
    }
    #expect(counts[0][0] + counts[1][0] == counts[0][1])
    #expect(counts.allSatisfy { $0[0] > 0 && $0[0] < $0[1] && $0[2] == 0 })
  }

  @Test(arguments: RankFixtures.Start.allCases, [[2, 3, 1], [1, 2], [6, 1, 3]])
  func `a run goes on with another number of ranks and has the bits of one that never stopped`(
    start: RankFixtures.Start,
    ranks: [Int]
  ) throws {
    let whole = try TemporaryFolder()
    let reference = try RankFixtures.train(
      .preference,
      start,
      ranks: 1,
      window: 6,
      directory: whole.path
    )
    let parts = try TemporaryFolder()
    for (leg, count) in ranks.enumerated() {
      let isLast = leg == ranks.count - 1
      // Stops after updates 2 and 5, between two checkpoints that are due.
      let stop = [2, 5][min(leg, 1)]
      func run() throws -> RankFixtures.Result {
        try RankFixtures.train(
          .preference,
          start,
          ranks: count,
          window: 6,
          directory: parts.path
        ) { loop in
          loop.resumes = leg > 0
          guard !isLast else { return }
          let steps = Counter()
          // One rank asks; all stop. The first one is told of the updates.
          loop.onEvent = { if case .step(let step, _, _) = $0 { steps.value = step } }
          loop.shouldStop = { steps.value == stop }
        }
      }
      guard isLast else {
        #expect(throws: TrainingError.interrupted(step: stop)) { _ = try run() }
        continue
      }
      #expect(try run() == reference)
      #expect(try RankFixtures.log(parts.path) == RankFixtures.log(whole.path))
    }
  }

  @Test func `ranks that were given different things refuse to train`() throws {
    #expect(throws: InputError.self) {
      _ = try RankFixtures.train(.supervised, .adapter, ranks: 2, window: 2) { loop in
        loop.digest = "rank \(loop.group.rank)"
      }
    }
  }

  @Test func `the first rank's verdict counts, and stops all at the same step`() throws {
    let result = try RankFixtures.train(.supervised, .adapter, ranks: 3, window: 3) { loop in
      let rank = loop.group.rank
      loop.judge = { step, _, _ in
        StepVerdict(
          metrics: [("asked", Double(step))],
          score: Double(rank == 0 ? -step : step),
          stopReason: rank == 0 && step == 3 ? "enough" : nil
        )
      }
    }
    #expect(result.steps == 3 && result.bestStep == 0)
    #expect(result.metrics["asked"] == 3)
  }

  @Test func `a poisoned weight stops all ranks with the same words`() throws {
    let errors = try ThreadGroup.run(2) { group -> String in
      let model = RankFixtures.wideModel()
      model.parameters[0, model.parameters.columns - 1] = .nan
      var loop = TrainingLoop(settings: RankFixtures.settings(window: 2))
      loop.group = group
      do {
        _ = try loop.run(
          SupervisedObjective(rows: Fixtures.rows(22)),
          model: model
        )
        return "none"
      } catch { return "\(error)" }
    }
    #expect(errors[0] == errors[1])
    #expect(errors[0].contains("training diverged at step 3"))
  }
}

/// A number that closures of one thread share.
final class Counter: @unchecked Sendable {
  var value = 0
}

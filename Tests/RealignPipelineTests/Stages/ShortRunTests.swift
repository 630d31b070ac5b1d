import RealignData
import RealignNumerics
import RealignTraining
import Testing

@testable import RealignPipeline

// A whole run takes minutes when the kernels are not compiled for speed.
#if DEBUG
  private let isOptimized = false
#else
  private let isOptimized = true
#endif

@Suite("Whole runs, shortened", .serialized, .enabled(if: isOptimized, "release builds only"))
struct ShortRunTests {
  private static let shuffledSeed: UInt64 = 3

  private func expectFailure(_ run: ShortRun, _ gate: String, at stage: StageName) throws {
    #expect(try run.run() == .notPassed)
    let (verdict, estimate) = try run.gate(gate, at: stage)
    #expect(verdict == "FAIL", "\(estimate)")
    #expect(run.progress.warnings.contains { $0.hasPrefix("gate \(gate): FAIL") })
  }

  @Test("the same seed gives the same bytes, and nothing sabotaged fails in the way it would")
  func repeatable() throws {
    let first = try ShortRun()
    let second = try ShortRun()
    _ = try first.run()
    _ = try second.run()
    for file in ["gates.json", "model/model.safetensors", "evaluation.json"] {
      #expect(try first.contents(file) == second.contents(file), "\(file)")
    }
    // What the sabotaged runs below fall short of.
    #expect(try first.gate("abstention_recall").1 > 0.3)
    #expect(try first.gate("citation_accuracy").1 > 0.45)
    #expect(try first.gate("over_refusal").1 < 0.5)
    #expect(try first.gate("kl_per_token").0 == "PASS")
  }

  @Test("without a row that declines, the model never abstains")
  func noAbstention() throws {
    let run = try ShortRun()
    run.data.train.removeAll { $0.answers.isEmpty }
    run.data.closedBookRefusals = []
    run.data.citationExamples.removeAll { !$0.completion.contains("[") }
    run.configuration.cite.unanswerableShare = 0
    run.configuration.optimize.inventedShare = 0
    try expectFailure(run, "abstention_recall", at: .evaluate)
    #expect(try run.gate("hallucination_rate").0 == "FAIL")
  }

  @Test("citations that point anywhere fail the citation gate")
  func shuffledCitations() throws {
    let run = try ShortRun()
    var stream = RandomStream(seed: Self.shuffledSeed, name: "shuffled citations")
    run.data.citationExamples = run.data.citationExamples.map { row in
      guard let open = row.completion.lastIndex(of: "[") else { return row }
      let count = row.prompt.split(separator: "\n").count { $0.hasPrefix("[") }
      let number = 1 + stream.uniform(below: max(1, count))
      return InstructionRow(
        prompt: row.prompt,
        completion: row.completion[..<open] + "[\(number)]."
      )
    }
    run.configuration.cite.replayShare = 0.1
    run.configuration.cite.generatedShare = 0.9
    run.configuration.cite.closedBookRefusalShare = 0
    try expectFailure(run, "citation_accuracy", at: .evaluate)
  }

  @Test("an unleashed preference stage leaves the KL budget")
  func unleashed() throws {
    let run = try ShortRun()
    run.configuration.optimize.preference.beta = 1e-3
    run.configuration.optimize.preference.lossType = ["sigmoid"]
    run.configuration.optimize.preference.lossWeights = []
    // The gradients are as small as beta; they must not drown in the optimizer's epsilon.
    run.configuration.optimize.trainer.adamEpsilon = 1e-15
    run.configuration.optimize.trainer.learningRate = 5e-3
    run.configuration.optimize.trainer.maxSteps = 40
    run.configuration.optimize.keepBest = .last
    run.configuration.optimize.interpolate = false
    try expectFailure(run, "kl_per_token", at: .optimize)
  }

  @Test("a model that declines everything fails for declining")
  func refuseEverything() throws {
    let run = try ShortRun()
    run.data.citationExamples.removeAll { $0.completion.contains("[") }
    run.configuration.cite.unanswerableShare = 1
    run.configuration.optimize.trainer.learningRate = 1e-7
    try expectFailure(run, "over_refusal", at: .evaluate)
  }

  @Test("a run that was stopped and continued ends like one that was not")
  func resumed() throws {
    let whole = try ShortRun(citeSteps: 60)
    _ = try whole.run()
    let parts = try ShortRun(citeSteps: 60)
    // Between two checkpoints.
    parts.stopsAfterUpdates = 27
    #expect(throws: TrainingError.interrupted(step: 27)) { try parts.run() }
    parts.stopsAfterUpdates = nil
    _ = try parts.run()
    for file in ["gates.json", "model/model.safetensors", "evaluation.json"] {
      #expect(try whole.contents(file) == parts.contents(file), "\(file)")
    }
    // A setting of stage 5 leaves the four stages before it alone.
    parts.configuration.optimize.trainer.learningRate *= 2
    _ = try parts.run()
    let kept = parts.progress.notes.suffix(8).filter { $0.hasSuffix(": done before") }
    #expect(kept.count == 4, "\(kept)")
    #expect(
      try whole.contents("model/model.safetensors") != parts.contents("model/model.safetensors")
    )
  }
}

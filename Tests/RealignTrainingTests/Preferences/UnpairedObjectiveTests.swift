import RealignModels
import Testing

@testable import RealignTraining

@Suite("Unpaired objective")
struct UnpairedObjectiveTests {
  static func objective(
    _ rows: [UnpairedExample],
    heldOut: [UnpairedExample] = [],
    name: String = "kto"
  ) throws -> UnpairedObjective {
    try UnpairedObjective(
      examples: rows,
      heldOut: heldOut,
      loss: try #require(UnpairedLosses.named(name)),
      settings: UnpairedLossSettings(),
      block: 4,
      reference: Fixtures.model()
    )
  }

  @Test("each row borrows the answer before it, the first of a block the last")
  func partners() {
    let rows = (0..<9).map {
      UnpairedExample(prompt: [1, 2], completion: [Int32($0), 9, 9], isDesirable: $0 % 2 == 0)
    }
    let borrowed = UnpairedRows(rows, block: 4, limit: 4).mismatched
    // The ninth row is alone in its block and takes the answer of the eighth.
    #expect(borrowed?.map { $0[0] } == [3, 0, 1, 2, 7, 4, 5, 6, 7])
    // Two tokens of prompt leave two of four.
    #expect(borrowed?.allSatisfy { $0.count == 2 } == true)
    #expect(UnpairedRows(rows, block: nil, limit: 4).mismatched == nil)
  }

  @Test("before the first step every loss is one half and the KL is zero")
  func start() throws {
    let model = Fixtures.model()
    let rows = Fixtures.unpaired(10)
    let objective = try Self.objective(rows, heldOut: rows)
    let check = try SelfCheck(objective, policy: model, reference: model)
    #expect(abs(check.loss - 0.5) < 1e-6 && check.expectedLoss == 0.5)
    let metrics = try objective.evaluate(model)
    #expect(abs(try #require(metrics["eval_kl"])) < 1e-5)
    #expect(abs(try #require(metrics["eval_rewards/margins"])) < 1e-5)
    #expect(throws: TrainingError.self) {
      try SelfCheck(objective, policy: Fixtures.model(seed: 9), reference: model)
    }
  }

  @Test(
    "training raises desirable above undesirable answers, whatever the order of rows",
    arguments: ["kto", "apo_zero_unpaired"],
    [false, true]
  )
  func learns(name: String, shuffles: Bool) throws {
    let rows = Fixtures.unpaired(16)
    let objective = try Self.objective(rows, heldOut: rows, name: name)
    let model = Fixtures.model()
    var settings = TrainerSettings()
    settings.learningRate = 3e-3
    settings.maxSteps = 20
    settings.perDeviceTrainBatchSize = 4
    settings.schedule = .constant
    settings.shuffle = shuffles
    _ = try TrainingLoop(settings: settings).run(objective, model: model)
    let after = try objective.evaluate(model)
    #expect((after["eval_rewards/margins"] ?? 0) > 0.1)
    #expect((after["eval_loss"] ?? 1) < 0.49)
    #expect((after["eval_kl"] != nil) == (name == "kto"))
  }
}

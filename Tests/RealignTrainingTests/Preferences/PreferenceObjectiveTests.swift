import Foundation
import RealignModels
import RealignTraining
import Testing

@Suite("Preference objective")
struct PreferenceObjectiveTests {
  static func losses(_ names: [String], beta: Double = 0.3) throws -> WeightedLosses {
    try WeightedLosses(names: names, settings: PreferenceLossSettings(beta: beta))
  }

  @Test("before the first step the loss is ln 2 and every reward is zero")
  func start() throws {
    let model = Fixtures.model()
    let objective = try PreferenceObjective(
      examples: Fixtures.preferences(12),
      losses: try Self.losses(["sigmoid"]),
      reference: model
    )
    let check = try SelfCheck(objective, policy: model, reference: model)
    #expect(abs(check.loss - log(2)) < 1e-6)
    #expect(check.largestLogRatio < 1e-5)
    #expect(check.largestDivergence < 1e-7)
  }

  @Test("a policy that differs from the reference fails the self-check")
  func differing() throws {
    let objective = try PreferenceObjective(
      examples: Fixtures.preferences(12),
      losses: try Self.losses(["sigmoid"]),
      reference: Fixtures.model()
    )
    #expect(throws: TrainingError.self) {
      try SelfCheck(objective, policy: Fixtures.model(seed: 9), reference: Fixtures.model())
    }
  }

  @Test("a full mask is no mask")
  func fullMask() throws {
    let plain = Fixtures.preferences(6)
    let masked = plain.map {
      PreferenceExample(
        prompt: $0.prompt,
        chosen: $0.chosen,
        rejected: $0.rejected,
        chosenMask: $0.chosen.map { _ in true },
        rejectedMask: $0.rejected.map { _ in true }
      )
    }
    let policy = Fixtures.model(seed: 4)
    let losses = try Self.losses(["sigmoid", "sft"])
    let a = try PreferenceObjective(
      examples: [],
      heldOut: plain,
      losses: losses,
      reference: Fixtures.model()
    ).evaluate(policy)
    let b = try PreferenceObjective(
      examples: [],
      heldOut: masked,
      losses: losses,
      reference: Fixtures.model()
    ).evaluate(policy)
    #expect(a == b)
  }

  /// With a mask on one token only that token's probability is pushed down by the preference.
  @Test("the preference gradient touches only masked tokens")
  func mask() throws {
    let example = PreferenceExample(
      prompt: [2, 3, 4],
      chosen: [5, 6, 7],
      rejected: [5, 8, 7],
      chosenMask: [false, true, false],
      rejectedMask: [false, true, false]
    )
    let reference = Fixtures.model()
    let sums = try ReferenceLogProbabilities([example], model: reference)
    let score = reference.score(
      prompts: [example.prompt],
      candidates: [[example.chosen, example.rejected]]
    )[0]
    #expect(abs(sums.chosen[0] - Double(score[0].logProbabilities[1])) < 1e-5)
    #expect(abs(sums.rejected[0] - Double(score[1].logProbabilities[1])) < 1e-5)
  }

  @Test(
    "training raises the margin of the pairs it sees",
    arguments: ["sigmoid", "ipo", "hinge", "apo_zero", "robust"]
  )
  func learns(name: String) throws {
    let model = Fixtures.model()
    let objective = try PreferenceObjective(
      examples: Fixtures.preferences(16),
      losses: try Self.losses([name]),
      reference: model.duplicate()
    )
    var settings = TrainerSettings()
    settings.learningRate = 3e-3
    settings.maxSteps = 20
    settings.schedule = .constant
    _ = try TrainingLoop(settings: settings).run(objective, model: model)
    let after = try PreferenceObjective(
      examples: [],
      heldOut: objective.examples,
      losses: objective.losses,
      reference: Fixtures.model()
    ).evaluate(model)
    #expect((after["eval_rewards/margins"] ?? 0) > 0.1)
    #expect((after["eval_rewards/accuracies"] ?? 0) > 0.8)
  }
}

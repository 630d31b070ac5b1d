import RealignModels
import RealignNumerics
import Testing

@testable import RealignTraining

/// Gradients of whole objectives in the weights of a small model against slopes of their losses.
@Suite("Gradients of preference objectives")
struct ObjectiveGradientTests {
  /// The gradient of an objective over all its rows as one micro-batch.
  static func gradient(
    _ objective: some TrainingObjective,
    _ model: LanguageModel
  ) throws -> (values: Tensor, loss: Double) {
    let gradients = Gradients(for: model)
    gradients.clear()
    let rows = Array(0..<objective.rowCount)
    let sums = try objective.accumulate(
      rows,
      normalizer: objective.normalizer(rows),
      in: StepContext(
        model: model,
        gradients: gradients,
        activations: Activations(),
        randomness: StepRandomness(seed: 1, step: 0)
      )
    )
    return (gradients.trainable, try #require(sums["loss"]))
  }

  /// The slope of `loss` along the gradient, divided by the gradient's length: 1 when both agree.
  ///
  /// Five points, 0.005 apart along a unit direction, so that the third derivative drops out, which
  /// is large where a loss is exponential; in single precision errors are near 1e-3.
  static func relativeSlope(
    _ gradient: Tensor,
    _ model: LanguageModel,
    of loss: (LanguageModel) throws -> Double
  ) throws -> Double {
    let length = gradient.sumOfSquares().squareRoot()
    let step = 0.005
    func moved(_ distance: Double) throws -> Double {
      let copy = model.duplicate()
      let values = copy.trainable.values
      for index in 0..<values.columns {
        values[0, index] += Float(distance / length) * gradient[0, index]
      }
      return try loss(copy)
    }
    let near = try moved(step) - moved(-step)
    let far = try moved(2 * step) - moved(-2 * step)
    return (8 * near - far) / (12 * step * length)
  }

  static func objective(
    _ names: [String],
    _ change: (inout PreferenceLossSettings) -> Void
  ) throws -> PreferenceObjective {
    var settings = PreferenceLossSettings(beta: 0.3)
    change(&settings)
    let rows = Fixtures.preferences(6)
    return try PreferenceObjective(
      examples: rows,
      heldOut: rows,
      losses: try WeightedLosses(names: names, settings: settings),
      reference: Fixtures.model()
    )
  }

  struct Case: Sendable {
    let names: [String]
    let change: @Sendable (inout PreferenceLossSettings) -> Void

    init(_ names: [String], _ change: @escaping @Sendable (inout PreferenceLossSettings) -> Void) {
      self.names = names
      self.change = change
    }
  }

  static let cases = [
    Case(["sigmoid", "sft"]) { _ in },
    Case(["sigmoid"]) { $0.ldAlpha = 0.4 },
    Case(["ipo", "sft"]) { $0.ldAlpha = 0 },
    Case(["sigmoid"]) { $0.divergence.kind = .forwardKL },
    Case(["sigmoid"]) { $0.divergence.kind = .jensenShannon },
    Case(["sigmoid"]) { $0.divergence.kind = .alpha },
    Case(["sigmoid_norm"]) { $0.divergence.kind = .jensenShannon },
    Case(["aot"]) { $0.labelSmoothing = 0.1 },
    Case(["aot_unpaired"]) { $0.labelSmoothing = 0.1 },
    Case(["dpop"]) { $0.dpopLambda = 5 },
    Case(["simpo"]) { $0.beta = 2 },
  ]

  @Test("the gradient is the slope of the loss", arguments: cases.indices)
  func slopes(index: Int) throws {
    let test = Self.cases[index]
    let objective = try Self.objective(test.names, test.change)
    let model = Fixtures.model(seed: 4)
    let (gradient, loss) = try Self.gradient(objective, model)
    let evaluated = try #require(try objective.evaluate(model)["eval_loss"])
    #expect(abs(loss - evaluated) < 1e-5 * max(1, abs(loss)))
    let slope = try Self.relativeSlope(gradient, model) {
      try #require(try objective.evaluate($0)["eval_loss"])
    }
    #expect(abs(slope - 1) < 1e-2, "\(slope)")
  }

  @Test("no gradient flows through the weights of WPO")
  func weighting() throws {
    let weighted = try Self.objective(["sigmoid"]) { $0.usesWeighting = true }
    let model = Fixtures.model(seed: 4)
    let (gradient, loss) = try Self.gradient(weighted, model)
    // Per pair: its loss alone, and its weight as the ratio of the weighted loss to it.
    let pairs = try weighted.examples.map { example in
      let objectives = try [false, true].map { isWeighted in
        try PreferenceObjective(
          examples: [],
          heldOut: [example],
          losses: try WeightedLosses(
            names: ["sigmoid"],
            settings: {
              var settings = PreferenceLossSettings(beta: 0.3)
              settings.usesWeighting = isWeighted
              return settings
            }()
          ),
          reference: Fixtures.model()
        )
      }
      let values = try objectives.map { try #require(try $0.evaluate(model)["eval_loss"]) }
      return (objective: objectives[0], weight: values[1] / values[0])
    }
    func frozen(_ model: LanguageModel) throws -> Double {
      try pairs.reduce(0) { sum, pair in
        sum + pair.weight * (try #require(try pair.objective.evaluate(model)["eval_loss"]))
      } / Double(pairs.count)
    }
    #expect(Set(pairs.map(\.weight)).count == pairs.count)
    #expect(abs(try frozen(model) - loss) < 1e-6)
    let slope = try Self.relativeSlope(gradient, model, of: frozen)
    #expect(abs(slope - 1) < 1e-2, "\(slope)")
  }

  @Test(
    "KTO's gradient is the slope of its loss at a fixed KL",
    arguments: ["kto", "apo_zero_unpaired"]
  )
  func unpaired(name: String) throws {
    let loss = try #require(UnpairedLosses.named(name))
    let rows = Fixtures.unpaired(9)
    var settings = UnpairedLossSettings()
    settings.beta = 0.3
    settings.desirableWeight = 1.4
    let reference = Fixtures.model()
    let objective = try UnpairedObjective(
      examples: rows,
      heldOut: rows,
      loss: loss,
      settings: settings,
      block: 4,
      reference: reference
    )
    let model = Fixtures.moved(reference, toward: rows)
    let (gradient, _) = try Self.gradient(objective, model)
    let divergence = try objective.evaluate(model)["eval_kl"] ?? 0
    #expect((divergence > 0) == loss.usesDivergence)
    let sequences = rows.map {
      TokenSequence(ids: $0.prompt + $0.completion, completionStart: $0.prompt.count)
    }
    let references = reference.score(sequences).map(\.sum)
    let slope = try Self.relativeSlope(gradient, model) { model in
      let sums = model.score(sequences).map(\.sum)
      return rows.indices.reduce(0) { total, row in
        total
          + loss(
            UnpairedLogProbabilities(
              policy: sums[row],
              reference: references[row],
              isDesirable: rows[row].isDesirable
            ),
            divergence: divergence,
            settings
          ).loss
      } / Double(rows.count)
    }
    #expect(abs(slope - 1) < 1e-2, "\(slope)")
  }
}

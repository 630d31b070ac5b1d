import RealignText
import RealignTraining
import Testing

@Suite("Preference losses")
struct PreferenceLossTests {
  struct Golden: Sendable {
    let name: String
    let labelSmoothing: Double
    let losses: [Double]
    let mean: Double
  }

  /// Evaluated in float64 from TRL's formulas, β = 0.1.
  static let goldens = [
    Golden(
      name: "sigmoid",
      labelSmoothing: 0,
      losses: [0.53338216, 0.79813887, 0.56507067, 0.59813887],
      mean: 0.623682640
    ),
    Golden(
      name: "robust",
      labelSmoothing: 0.1,
      losses: [0.48963216, 0.82313887, 0.53069567, 0.57313887],
      mean: 0.604151390
    ),
    Golden(name: "hinge", labelSmoothing: 0, losses: [0.65, 1.2, 0.725, 0.8], mean: 0.84375),
    Golden(
      name: "ipo",
      labelSmoothing: 0,
      losses: [23.44173611, 26.77278466, 24.27908305, 23.39948665],
      mean: 24.473272618
    ),
    Golden(
      name: "apo_zero",
      labelSmoothing: 0,
      losses: [0.91273616, 1.04995837, 0.93252171, 0.95007276],
      mean: 0.961322251
    ),
  ]

  @Test("golden values", arguments: goldens.indices)
  func golden(index: Int) throws {
    let golden = Self.goldens[index]
    let settings = PreferenceLossSettings(beta: 0.1, labelSmoothing: golden.labelSmoothing)
    let loss = try PreferenceLosses.named(golden.name)
    let results = loss(Fixtures.pairs, settings)
    for (result, expected) in zip(results, golden.losses) {
      #expect(abs(result.loss - expected) < 1e-8)
    }
    let mean = results.reduce(0) { $0 + $1.loss } / 4
    #expect(abs(mean - golden.mean) < 1e-9)
  }

  @Test("the gradient of the sigmoid loss has its golden values")
  func sigmoidGradient() throws {
    let loss = try PreferenceLosses.named("sigmoid")
    let results = loss(Fixtures.pairs, PreferenceLossSettings())
    let expected = [-0.01033456, -0.01374585, -0.01079200, -0.01125415]
    for (result, value) in zip(results, expected) {
      #expect(abs(result.gradientChosen / 4 - value) < 1e-8)
    }
  }

  /// Central differences in Double with a step of 1e-6: errors near 1e-9.
  @Test(
    "derivatives agree with finite differences",
    arguments: PreferenceLosses.all.map { $0.name },
    [0.05, 0.1, 0.7]
  )
  func derivatives(name: String, beta: Double) throws {
    let loss = try PreferenceLosses.named(name)
    let settings = PreferenceLossSettings(
      beta: beta,
      labelSmoothing: name == "robust" ? 0.2 : 0
    )
    let step = 1e-6
    func total(_ pairs: [PairLogProbabilities]) -> Double {
      loss(pairs, settings).reduce(0) { $0 + $1.loss }
    }
    let results = loss(Fixtures.pairs, settings)
    for index in Fixtures.pairs.indices {
      func slope(_ path: WritableKeyPath<PairLogProbabilities, Double>) -> Double {
        var up = Fixtures.pairs
        var down = Fixtures.pairs
        up[index][keyPath: path] += step
        down[index][keyPath: path] -= step
        return (total(up) - total(down)) / (2 * step)
      }
      #expect(abs(slope(\.policyChosen) - results[index].gradientChosen) < 1e-6)
      #expect(abs(slope(\.policyRejected) - results[index].gradientRejected) < 1e-6)
      #expect(abs(slope(\.supervisedSum) - results[index].gradientSupervised) < 1e-6)
    }
  }

  @Test("names are unique")
  func names() {
    let names = PreferenceLosses.all.map { $0.name }
    #expect(Set(names).count == names.count)
  }

  @Test("an unknown name lists the known ones")
  func unknown() {
    let error = #expect(throws: InputError.self) { try PreferenceLosses.named("dpo") }
    #expect(error?.expected?.contains("sigmoid") == true)
  }

  @Test("weights that do not match the losses are refused")
  func weights() {
    #expect(throws: InputError.self) {
      try WeightedLosses(
        names: ["sigmoid", "sft"],
        weights: [1],
        settings: PreferenceLossSettings()
      )
    }
  }
}

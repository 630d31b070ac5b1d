import RealignText
import RealignTraining
import Testing

@Suite("Preference losses")
struct PreferenceLossTests {
  struct Golden: Sendable {
    let name: String
    var settings = PreferenceLossSettings()
    let losses: [Double]
    let mean: Double

    init(
      _ name: String,
      _ losses: [Double],
      mean: Double,
      _ change: (inout PreferenceLossSettings) -> Void = { _ in }
    ) {
      self.name = name
      self.losses = losses
      self.mean = mean
      change(&settings)
    }
  }

  /// Evaluated in float64 from TRL's formulas or the papers', β = 0.1 unless changed.
  static let goldens = [
    Golden("sigmoid", [0.53338216, 0.79813887, 0.56507067, 0.59813887], mean: 0.623682640),
    Golden("cdpo", [0.56838216, 0.77813887, 0.59257067, 0.61813887], mean: 0.639307640) {
      $0.labelSmoothing = 0.1
    },
    Golden("robust", [0.48963216, 0.82313887, 0.53069567, 0.57313887], mean: 0.604151390) {
      $0.labelSmoothing = 0.1
    },
    Golden("hinge", [0.65, 1.2, 0.725, 0.8], mean: 0.84375),
    Golden("ipo", [23.44173611, 26.77278466, 24.27908305, 23.39948665], mean: 24.473272618),
    Golden("exo_pair", [2.17806551, 3.11039702, 2.29872585, 2.42201462], mean: 2.502300749) {
      $0.labelSmoothing = 1e-3
    },
    Golden("nca_pair", [1.30550501, 1.43879332, 1.33040618, 1.33816800], mean: 1.353218125),
    Golden("bco_pair", [1.21909592, 1.48879332, 1.27061429, 1.28941670], mean: 1.316980055),
    Golden("sppo_hard", [21.25, 72, 40.0625, 32.5], mean: 41.453125),
    // Per pair in the order of the pairs; here both rankings are the same, as with sigmoid.
    Golden("aot", [0.53338216, 0.79813887, 0.56507067, 0.59813887], mean: 0.623682640),
    Golden("aot", [0.56838216, 0.77813887, 0.59257067, 0.61813887], mean: 0.639307640) {
      $0.labelSmoothing = 0.1
    },
    Golden("aot_unpaired", [0.66845965, 0.64439666, 0.56507067, 0.59813887], mean: 0.619016461),
    Golden("apo_zero", [0.91273616, 1.04995837, 0.93252171, 0.95007276], mean: 0.961322251),
    Golden("apo_down", [0.95081227, 1.02485481, 0.90047064, 0.96266340], mean: 0.959700280),
    Golden("discopop", [0.70453202, 0.80575178, 0.75878048, 0.81476314], mean: 0.770956855),
    Golden("sigmoid_norm", [0.68526185, 0.70189725, 0.68952282, 0.68504535], mean: 0.690431818),
    Golden("dpop", [0.53338216, 5.20550140, 5.97753828, 0.59813887], mean: 3.078640177),
    Golden("dpop", [0.53338216, 1.10318605, 0.88338216, 0.59813887], mean: 0.779522307) {
      $0.dpopLambda = 5
    },
    Golden("simpo", [1.19421815, 0.86484002, 1.02675884, 1.21087447], mean: 1.074172869) {
      $0.beta = 2
    },
    Golden("sigmoid", [0.39771089, 0.81755695, 0.00601326, 0.51804404], mean: 0.434831283) {
      $0.divergence.kind = .forwardKL
    },
    Golden("sigmoid", [0.60149881, 0.74439666, 0.57522956, 0.63366213], mean: 0.638696789) {
      $0.divergence.kind = .jensenShannon
    },
    Golden("sigmoid", [0.49356711, 0.80278725, 0.28629752, 0.56825455], mean: 0.537726606) {
      $0.divergence.kind = .alpha
    },
  ]

  @Test("golden values", arguments: goldens.indices)
  func golden(index: Int) throws {
    let golden = Self.goldens[index]
    let loss = try PreferenceLosses.named(golden.name)
    let results = loss(Fixtures.pairs, golden.settings)
    for (result, expected) in zip(results, golden.losses) {
      #expect(abs(result.loss - expected) < 1e-8)
    }
    let mean = results.reduce(0) { $0 + $1.loss } / 4
    #expect(abs(mean - golden.mean) < 1e-9)
  }

  @Test("every loss but the supervised term has golden values")
  func coverage() {
    let covered = Set(Self.goldens.map(\.name))
    #expect(PreferenceLosses.all.map { $0.name }.filter { !covered.contains($0) } == ["sft"])
  }

  @Test("the supervised term is the token mean over all chosen answers")
  func supervised() throws {
    let results = SupervisedTerm()(Fixtures.pairs, PreferenceLossSettings())
    // (42.5 + 30 + 61.25 + 18) / (20 + 12 + 30 + 9).
    #expect(abs(results.reduce(0) { $0 + $1.loss } / 4 - 151.75 / 71) < 1e-12)
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

  static let divergences = [
    FDivergence.reverseKL, FDivergence(.forwardKL), FDivergence(.jensenShannon),
    FDivergence(.alpha), FDivergence(.alpha, alpha: 2.5),
  ]

  /// Central differences in Double with a step of 1e-6: errors near 1e-9 of the largest value.
  @Test(
    "derivatives agree with finite differences",
    arguments: PreferenceLosses.all.map { $0.name },
    [0.05, 0.1, 0.7]
  )
  func derivatives(name: String, beta: Double) throws {
    let loss = try PreferenceLosses.named(name)
    var settings = PreferenceLossSettings(
      beta: beta,
      labelSmoothing: loss.usesLabelSmoothing ? 0.2 : 0
    )
    settings.discopopTau = 0.3
    for divergence in loss.acceptsDivergence ? Self.divergences : [.reverseKL] {
      settings.divergence = divergence
      #expect(loss.complaint(about: settings) == nil)
      #expect(Self.worstSlope(of: loss, settings) < 1e-6, "\(divergence)")
    }
  }

  /// The largest error of a derivative, relative to the larger of 1 and the derivative.
  private static func worstSlope(
    of loss: any PreferenceLoss,
    _ settings: PreferenceLossSettings
  ) -> Double {
    let step = 1e-6
    func total(_ pairs: [PairLogProbabilities]) -> Double {
      loss(pairs, settings).reduce(0) { $0 + $1.loss }
    }
    let results = loss(Fixtures.pairs, settings)
    var worst = 0.0
    for index in Fixtures.pairs.indices {
      func error(
        _ path: WritableKeyPath<PairLogProbabilities, Double>,
        _ gradient: Double
      ) -> Double {
        var up = Fixtures.pairs
        var down = Fixtures.pairs
        up[index][keyPath: path] += step
        down[index][keyPath: path] -= step
        let slope = (total(up) - total(down)) / (2 * step)
        return abs(slope - gradient) / max(1, abs(gradient))
      }
      worst = max(
        worst,
        error(\.policyChosen, results[index].gradientChosen),
        error(\.policyRejected, results[index].gradientRejected),
        error(\.supervisedSum, results[index].gradientSupervised)
      )
    }
    return worst
  }

  @Test("names are unique")
  func names() {
    let names = PreferenceLosses.all.map { $0.name } + UnpairedLosses.all.map { $0.name }
    #expect(Set(names).count == names.count)
  }

  @Test("an unknown name lists the known ones")
  func unknown() {
    let error = #expect(throws: InputError.self) { try PreferenceLosses.named("dpo") }
    #expect(error?.expected?.contains("sigmoid") == true)
  }
}

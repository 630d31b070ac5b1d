import RealignText
import RealignTraining
import Testing

@Suite("Weighted losses")
struct WeightedLossesTests {
  @Test("weights that do not match the losses are refused")
  func weights() {
    let error = #expect(throws: InputError.self) {
      try WeightedLosses(
        names: ["sigmoid", "sft"],
        weights: [1],
        settings: PreferenceLossSettings()
      )
    }
    #expect(error?.field == "loss_weights")
  }

  struct Refusal: Sendable {
    let names: [String]
    let field: String
    let change: @Sendable (inout PreferenceLossSettings) -> Void
  }

  static let refusals = [
    Refusal(names: ["sigmoid"], field: "beta") { $0.beta = 0 },
    Refusal(names: ["sigmoid"], field: "label_smoothing") { $0.labelSmoothing = 0.1 },
    Refusal(names: ["robust"], field: "label_smoothing") { $0.labelSmoothing = 0.5 },
    Refusal(names: ["cdpo"], field: "label_smoothing") { $0.labelSmoothing = -0.1 },
    Refusal(names: ["exo_pair"], field: "label_smoothing") { $0.labelSmoothing = 0 },
    Refusal(names: ["sigmoid"], field: "discopop_tau") { $0.discopopTau = 0 },
    Refusal(names: ["simpo"], field: "simpo_gamma") { $0.simpoGamma = -1 },
    Refusal(names: ["dpop"], field: "dpop_lambda") { $0.dpopLambda = .nan },
    Refusal(names: ["sigmoid"], field: "ld_alpha") { $0.ldAlpha = 1.5 },
    Refusal(names: ["sigmoid", "nca_pair"], field: "f_divergence_type") {
      $0.divergence.kind = .forwardKL
    },
    Refusal(names: ["sigmoid"], field: "f_alpha_divergence_coef") {
      $0.divergence = FDivergence(.alpha, alpha: .infinity)
    },
    Refusal(names: ["sigmoid", "aot"], field: "use_weighting") { $0.usesWeighting = true },
  ]

  @Test("a setting that a loss cannot take is named", arguments: refusals.indices)
  func refused(index: Int) {
    let refusal = Self.refusals[index]
    var settings = PreferenceLossSettings()
    refusal.change(&settings)
    let error = #expect(throws: InputError.self) {
      try WeightedLosses(names: refusal.names, settings: settings)
    }
    #expect(error?.field == refusal.field)
    #expect(error?.expected?.isEmpty == false)
  }

  @Test("label smoothing is accepted when one loss of the list uses it")
  func smoothing() throws {
    let settings = PreferenceLossSettings(labelSmoothing: 0.1)
    let losses = try WeightedLosses(names: ["sigmoid", "robust"], settings: settings)
    #expect(losses.terms.count == 2)
  }

  @Test("the sum has the weights, and WPO's weights spare the supervised term")
  func sum() throws {
    var pairs = Fixtures.pairs
    for index in pairs.indices { pairs[index].weight = 0.25 * Double(index + 1) }
    let settings = PreferenceLossSettings()
    let total = try WeightedLosses(
      names: ["sigmoid", "bco_pair", "sft"],
      weights: [0.8, 0.2, 1],
      settings: settings
    )(pairs)
    let parts = try ["sigmoid", "bco_pair", "sft"].map { name in
      let loss = try PreferenceLosses.named(name)
      return loss(pairs, settings)
    }
    for index in pairs.indices {
      let weight = pairs[index].weight
      let expected =
        weight * (0.8 * parts[0][index].loss + 0.2 * parts[1][index].loss) + parts[2][index].loss
      #expect(abs(total[index].loss - expected) < 1e-12)
      let slope =
        weight * (0.8 * parts[0][index].gradientChosen + 0.2 * parts[1][index].gradientChosen)
      #expect(abs(total[index].gradientChosen - slope) < 1e-12)
      #expect(total[index].gradientSupervised == parts[2][index].gradientSupervised)
    }
  }
}

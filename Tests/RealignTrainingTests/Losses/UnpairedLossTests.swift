import RealignText
import RealignTraining
import Testing

@Suite("Unpaired losses")
struct UnpairedLossTests {
  static func row(_ logRatio: Double, _ isDesirable: Bool) -> UnpairedLogProbabilities {
    UnpairedLogProbabilities(policy: logRatio - 20, reference: -20, isDesirable: isDesirable)
  }

  @Test("KTO has the values of its formula")
  func golden() {
    var settings = UnpairedLossSettings()
    settings.desirableWeight = 1.5
    settings.undesirableWeight = 0.75
    // 1 − σ(0.1(1.5 − 0.5)) and 1 − σ(0.1(0.5 + 2)), in float64.
    let desirable = KTOLoss()(Self.row(1.5, true), divergence: 0.5, settings)
    #expect(abs(desirable.loss - 1.5 * 0.47502081252106) < 1e-12)
    let undesirable = KTOLoss()(Self.row(-2, false), divergence: 0.5, settings)
    #expect(abs(undesirable.loss - 0.75 * 0.43782349911420) < 1e-12)
    #expect(desirable.gradient < 0 && undesirable.gradient > 0)
  }

  @Test("APO-zero of single answers is each half of APO-zero of pairs")
  func halves() throws {
    let settings = UnpairedLossSettings()
    let paired = try PreferenceLosses.named("apo_zero")
    let pairs = paired(Fixtures.pairs, PreferenceLossSettings())
    for (pair, expected) in zip(Fixtures.pairs, pairs) {
      let chosen = UnpairedAPOZeroLoss()(
        Self.row(pair.chosenLogRatio, true),
        divergence: 3,
        settings
      )
      let rejected = UnpairedAPOZeroLoss()(
        Self.row(pair.rejectedLogRatio, false),
        divergence: 3,
        settings
      )
      #expect(abs(chosen.loss + rejected.loss - expected.loss) < 1e-12)
      #expect(abs(chosen.gradient - expected.gradientChosen) < 1e-12)
      #expect(abs(rejected.gradient - expected.gradientRejected) < 1e-12)
    }
  }

  /// Central differences in Double with a step of 1e-6: errors near 1e-10.
  @Test("derivatives agree with finite differences", arguments: UnpairedLosses.all.map { $0.name })
  func derivatives(name: String) throws {
    let loss = try #require(UnpairedLosses.named(name))
    var settings = UnpairedLossSettings()
    settings.desirableWeight = 1.3
    settings.undesirableWeight = 0.6
    for beta in [0.05, 0.4] {
      settings.beta = beta
      for isDesirable in [true, false] {
        for x in [-7.0, -0.5, 0.3, 4] {
          func value(_ x: Double) -> Double {
            loss(Self.row(x, isDesirable), divergence: 0.7, settings).loss
          }
          let slope = (value(x + 1e-6) - value(x - 1e-6)) / 2e-6
          let gradient = loss(Self.row(x, isDesirable), divergence: 0.7, settings).gradient
          #expect(abs(slope - gradient) < 1e-8)
        }
      }
    }
  }

  @Test("settings out of range are named")
  func ranges() {
    var settings = UnpairedLossSettings()
    settings.undesirableWeight = -1
    var error = #expect(throws: InputError.self) { try settings.validate() }
    #expect(error?.field == "undesirable_weight")
    settings.beta = 0
    error = #expect(throws: InputError.self) { try settings.validate() }
    #expect(error?.field == "beta")
  }
}

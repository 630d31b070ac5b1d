import RealignTraining
import Testing

@Suite("Losses over sorted micro-batches")
struct TransportLossTests {
  static func pairs(
    chosen: [Double],
    rejected: [Double],
    referenceChosen: [Double],
    referenceRejected: [Double]
  ) -> [PairLogProbabilities] {
    chosen.indices.map {
      PairLogProbabilities(
        policyChosen: chosen[$0],
        policyRejected: rejected[$0],
        referenceChosen: referenceChosen[$0],
        referenceRejected: referenceRejected[$0],
        chosenLength: 5,
        rejectedLength: 6
      )
    }
  }

  /// Margins 4, 1, 2 of the policy and 1, 5, 0.5 of the reference: the ranks differ, so that pair 0
  /// meets the margin 5, pair 1 0.5 and pair 2 1.
  static let crossed = pairs(
    chosen: [-10, -12, -9],
    rejected: [-14, -13, -11],
    referenceChosen: [-11, -11, -10],
    referenceRejected: [-12, -16, -10.5]
  )

  @Test("margins meet the reference's margin of their rank")
  func ranks() throws {
    let loss = try PreferenceLosses.named("aot")
    let results = loss(Self.crossed, PreferenceLossSettings(beta: 0.5))
    // −log σ(½δ) for δ = −1, 0.5, 1.
    for (result, expected) in zip(results, [0.9740769842, 0.5759394199, 0.4740769842]) {
      #expect(abs(result.loss - expected) < 1e-9)
      #expect(result.gradientChosen == -result.gradientRejected)
    }
    // −β σ(−½δ).
    for (result, expected) in zip(results, [-0.3112296656, -0.2189117496, -0.1887703344]) {
      #expect(abs(result.gradientChosen - expected) < 1e-9)
    }
  }

  @Test("without pairs the two sides are ranked apart, and each gradient reaches its own answer")
  func unpaired() throws {
    let loss = try PreferenceLosses.named("aot_unpaired")
    let results = loss(Self.crossed, PreferenceLossSettings(beta: 0.5))
    // c = 1, −1, 1 and r = −2, 3, −0.5: δ = 1 (pairs 1, 0), 1.5 (0, 2), −2 (2, 1).
    for (result, expected) in zip(results, [0.3868710061, 0.4740769842, 1.3132616875]) {
      #expect(abs(result.loss - expected) < 1e-9)
    }
    let chosen = results.map(\.gradientChosen)
    let rejected = results.map(\.gradientRejected)
    #expect(rejected == [-chosen[1], -chosen[2], -chosen[0]])
  }

  @Test("equal margins keep the order of their pairs", arguments: ["aot", "aot_unpaired"])
  func ties(name: String) throws {
    let loss = try PreferenceLosses.named(name)
    let tied = Self.pairs(
      chosen: [-3, -3, -3],
      rejected: [-5, -5, -5],
      referenceChosen: [-3, -3, -3],
      referenceRejected: [-3, -4, -5]
    )
    let results = loss(tied, PreferenceLossSettings(beta: 0.5))
    // aot: δ = 2 − 0, 2 − 1, 2 − 2 in order; aot_unpaired: c = 0 thrice, r = −2, −1, 0 in order.
    for (result, expected) in zip(results, [0.3132616875, 0.4740769842, 0.6931471806]) {
      #expect(abs(result.loss - expected) < 1e-9)
    }
    #expect(loss(tied, PreferenceLossSettings(beta: 0.5)) == results)
  }

  @Test("in a micro-batch of one both are the sigmoid loss", arguments: ["aot", "aot_unpaired"])
  func single(name: String) throws {
    let settings = PreferenceLossSettings(beta: 0.3)
    let (loss, sigmoid) = (try PreferenceLosses.named(name), SigmoidLoss())
    let expected = sigmoid([Self.crossed[0]], settings)[0]
    let result = loss([Self.crossed[0]], settings)[0]
    #expect(abs(result.loss - expected.loss) < 1e-12)
    #expect(abs(result.gradientChosen - expected.gradientChosen) < 1e-12)
  }
}

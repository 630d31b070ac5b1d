import Foundation
import RealignTraining
import Testing

@Suite("f-divergences")
struct FDivergenceTests {
  @Test("every score is zero at equal probabilities, with slope one or a half")
  func origin() {
    for kind in FDivergence.Kind.allCases {
      let score = FDivergence(kind).score(0)
      #expect(abs(score.value) < 1e-15)
      #expect(score.slope == (kind == .jensenShannon ? 0.5 : 1))
    }
  }

  @Test("scores follow f′ of the probability ratio", arguments: [-3, -0.2, 0.7, 4])
  func definition(x: Double) {
    let t = exp(x)
    let expected: [(FDivergence, Double)] = [
      (.reverseKL, log(t)), (FDivergence(.forwardKL), 1 - 1 / t),
      (FDivergence(.jensenShannon), log(2 * t / (t + 1))),
      (FDivergence(.alpha, alpha: 0.5), (pow(t, -0.5) - 1) / -0.5),
      (FDivergence(.alpha, alpha: 3), (pow(t, 2) - 1) / 2),
      (FDivergence(.alpha, alpha: 1), log(t)),
    ]
    for (divergence, value) in expected {
      #expect(abs(divergence.score(x).value - value) < 1e-12 * max(1, abs(value)))
    }
  }

  @Test("alpha near one is close to reverse KL, and beyond the cap the score is flat")
  func limits() {
    #expect(abs(FDivergence(.alpha, alpha: 1 + 1e-5).score(2).value - 2) < 1e-4)
    let capped = FDivergence(.alpha, alpha: 2)
    #expect(capped.score(500).value == capped.score(90).value)
    #expect(capped.score(500).slope == 0)
  }
}

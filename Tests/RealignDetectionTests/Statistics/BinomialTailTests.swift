import RealignDetection
import Testing

@Suite("Binomial tail") struct BinomialTailTests {
  @Test(
    "lower tails equal scipy's binom.cdf",
    arguments: [
      (8, 150, 0.1, 0.03073762047584916), (0, 59, 0.05, 0.04849452524942322),
      (84, 1000, 0.1, 0.048502506899145696),
    ]
  )
  func lower(successes: Int, trials: Int, probability: Double, expected: Double) {
    let tail = BinomialTail.atMost(successes, of: trials, probability: probability)
    // Log-gamma of 1000! carries about 6,000 · 2⁻⁵³ of absolute error in the exponent.
    #expect(abs(tail / expected - 1) < 2e-12)
  }

  @Test("upper tails equal scipy's binom.sf and edges are certain")
  func upper() {
    let tail = BinomialTail.atLeast(60, of: 100, probability: 0.5)
    #expect(abs(tail / 0.028443966820490444 - 1) < 2e-12)
    #expect(BinomialTail.atLeast(0, of: 5, probability: 0.3) == 1)
    #expect(BinomialTail.atLeast(6, of: 5, probability: 0.3) == 0)
    #expect(BinomialTail.atMost(-1, of: 5, probability: 0.3) == 0)
    #expect(BinomialTail.atMost(5, of: 5, probability: 0.3) == 1)
    #expect(BinomialTail.atMost(2, of: 5, probability: 0) == 1)
    #expect(BinomialTail.atLeast(5, of: 5, probability: 1) == 1)
  }
}

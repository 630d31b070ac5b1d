import RealignEvaluation
import Testing

@Suite("Binomial interval") struct BinomialIntervalTests {
  @Test(
    "Wilson intervals equal the published test vectors",
    arguments: [
      (90, 100, 0.8256, 0.9448), (450, 500, 0.8706, 0.9233), (920, 1000, 0.9015, 0.9353),
    ]
  )
  func wilson(successes: Int, trials: Int, low: Double, high: Double) {
    let interval = BinomialInterval.wilson(successes: successes, trials: trials)
    #expect(abs(interval.low - low) < 5e-5)
    #expect(abs(interval.high - high) < 5e-5)
    #expect(interval.estimate == Double(successes) / Double(trials))
    #expect(interval.n == trials)
  }

  @Test("Wilson intervals equal scipy's to the last digits, edges included")
  func wilsonExact() {
    let middle = BinomialInterval.wilson(successes: 140, trials: 250)
    #expect(abs(middle.low - 0.49802098225828517) < 1e-14)
    #expect(abs(middle.high - 0.6201630218022615) < 1e-14)
    let none = BinomialInterval.wilson(successes: 0, trials: 20)
    #expect(none.low == 0)
    #expect(abs(none.high - 0.16112515805281935) < 1e-14)
    #expect(BinomialInterval.wilson(successes: 20, trials: 20).high == 1)
  }

  @Test(
    "Clopper–Pearson intervals equal scipy's exact ones",
    arguments: [
      (90, 100, 0.8237774022598247, 0.9509953107785141), (0, 20, 0.0, 0.16843347098308548),
      (20, 20, 0.8315665290169145, 1.0), (140, 250, 0.49606621876916873, 0.6224941409874233),
    ]
  )
  func clopperPearson(successes: Int, trials: Int, low: Double, high: Double) {
    let interval = BinomialInterval.clopperPearson(successes: successes, trials: trials)
    // scipy solves for the root to 1e-12.
    #expect(abs(interval.low - low) < 5e-12)
    #expect(abs(interval.high - high) < 5e-12)
  }

  @Test(
    "one-sided upper bounds equal the published test vectors",
    arguments: [
      (0, 29, 0.0981), (0, 59, 0.0495), (5, 100, 0.1023), (10, 200, 0.0833), (25, 500, 0.0691),
      (80, 1000, 0.0956),
    ]
  )
  func upperBound(successes: Int, trials: Int, expected: Double) {
    let bound = BinomialInterval.upperBound(successes: successes, trials: trials)
    #expect(abs(bound - expected) < 5e-5)
    let mirrored = BinomialInterval.lowerBound(successes: trials - successes, trials: trials)
    #expect(abs(mirrored - (1 - bound)) < 1e-15)
  }

  @Test("no trials are NaN with the widest interval; certain rates have certain bounds")
  func edges() {
    let empty = BinomialInterval.clopperPearson(successes: 0, trials: 0)
    #expect(empty.estimate.isNaN && empty.low == 0 && empty.high == 1 && empty.n == 0)
    #expect(BinomialInterval.wilson(successes: 0, trials: 0).estimate.isNaN)
    #expect(BinomialInterval.upperBound(successes: 7, trials: 7) == 1)
    #expect(BinomialInterval.lowerBound(successes: 0, trials: 7) == 0)
  }
}

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

@Suite("Sample size") struct SampleSizeTests {
  @Test(
    "largest certifiable counts equal the published table for 10 %",
    arguments: [
      (29, 0), (50, 1), (100, 4), (150, 8), (200, 12), (250, 16), (300, 21), (400, 29),
      (500, 38), (600, 47), (817, 67), (1000, 84), (1500, 130), (2000, 177),
    ]
  )
  func certifiable(trials: Int, errors: Int) {
    #expect(SampleSize.largestCertifiable(trials: trials, below: 0.1) == errors)
  }

  @Test("28 items certify nothing below 10 %")
  func tooFew() {
    #expect(SampleSize.largestCertifiable(trials: 28, below: 0.1) == nil)
  }

  @Test(
    "sizes for 80 % and 90 % power equal those found by stepping with scipy",
    arguments: [
      (0.01, 0.10, 46, 46), (0.02, 0.10, 61, 76), (0.03, 0.10, 76, 103), (0.04, 0.10, 116, 154),
      (0.05, 0.10, 179, 239), (0.06, 0.10, 286, 402), (0.07, 0.10, 549, 748),
      (0.03, 0.15, 40, 50), (0.05, 0.15, 59, 76), (0.08, 0.15, 134, 182), (0.10, 0.15, 281, 379),
    ]
  )
  func power(rate: Double, limit: Double, eighty: Int, ninety: Int) {
    #expect(SampleSize.toCertify(trueRate: rate, below: limit, power: 0.8) == eighty)
    #expect(SampleSize.toCertify(trueRate: rate, below: limit, power: 0.9) == ninety)
  }

  @Test("the size for an unchanged estimate is the first whose bound meets the limit")
  func unchangedEstimate() throws {
    #expect(SampleSize.toCertify(rate: 0, below: 0.1) == 29)
    #expect(SampleSize.toCertify(rate: 0, below: 0.05) == 59)
    let size = try #require(SampleSize.toCertify(rate: 0.08, below: 0.1))
    // scipy: betaincinv(0.95, 0.08 n + 1, 0.92 n) falls below 0.1 first at n = 635.
    #expect(size == 635)
    #expect(SampleSize.toCertify(rate: 0.1, below: 0.1) == nil)
    #expect(SampleSize.toCertify(rate: 0.2, below: 0.1) == nil)
  }

  @Test("an estimate a hair below the limit needs more items than anyone has")
  func hopeless() {
    #expect(SampleSize.toCertify(rate: 0.1 - 1e-9, below: 0.1) == nil)
    #expect(SampleSize.toCertify(trueRate: 0.0999, below: 0.1, power: 0.8, maximum: 2000) == nil)
  }
}

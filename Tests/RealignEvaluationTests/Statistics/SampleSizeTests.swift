import RealignEvaluation
import Testing

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

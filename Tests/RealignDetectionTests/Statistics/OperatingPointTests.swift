import RealignDetection
import Testing

@Suite("Operating point") struct OperatingPointTests {
  @Test("the estimate rule takes the largest recall strictly below the limit")
  func estimateRule() throws {
    // 10 negatives: one false alarm is a rate of exactly 0.1.
    let scores = [0.9, 0.8, 0.7, 0.6] + [0.75, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1]
    let labels = [Bool](repeating: true, count: 4) + [Bool](repeating: false, count: 10)
    let strict = try #require(
      OperatingPoint.choose(
        scores: scores,
        labels: labels,
        falsePositiveRateBelow: 0.1,
        rule: .estimate
      )
    )
    #expect(strict.threshold == 0.8)
    #expect(strict.dev.recall == 0.5)
    #expect(strict.dev.falsePositives == 0)
    let lax = try #require(
      OperatingPoint.choose(
        scores: scores,
        labels: labels,
        falsePositiveRateBelow: 0.11,
        rule: .estimate
      )
    )
    #expect(lax.threshold == 0.6)
    #expect(lax.dev.recall == 1)
  }

  @Test("the bound rule needs 59 clean negatives to certify 5 % and refuses 58")
  func boundRule() {
    func choose(_ negatives: Int) -> OperatingPoint? {
      OperatingPoint.choose(
        scores: [2, 2] + [Double](repeating: 1, count: negatives),
        labels: [true, true] + [Bool](repeating: false, count: negatives),
        falsePositiveRateBelow: 0.05
      )
    }
    #expect(choose(58) == nil)
    #expect(choose(59)?.threshold == 2)
    #expect(choose(59)?.dev.recall == 1)
  }

  @Test("the bound rule allows exactly the false alarms that Clopper–Pearson certifies")
  func boundAllowsCertifiableCount() {
    // 16 errors in 250 certify < 10 % (upper bound 0.0956), 17 do not.
    let negatives = (0..<250).map { Double($0) }
    let positives = (0..<250).map { Double($0) + 0.5 }
    let point = OperatingPoint.choose(
      scores: negatives + positives,
      labels: negatives.map { _ in false } + positives.map { _ in true },
      falsePositiveRateBelow: 0.1
    )
    #expect(point?.dev.falsePositives == 16)
    #expect(point?.threshold == 233.5)
  }

  @Test("a detector that catches nothing within the limit has no operating point")
  func nothingFits() {
    #expect(
      OperatingPoint.choose(
        scores: [1, 2],
        labels: [true, false],
        falsePositiveRateBelow: 0.5,
        rule: .estimate
      )
        == nil
    )
    #expect(
      OperatingPoint.choose(
        scores: [1, .nan],
        labels: [true, false],
        falsePositiveRateBelow: 0.5,
        rule: .estimate
      )
        == nil
    )
  }

  @Test("a frozen threshold is applied to another split unchanged")
  func measuredElsewhere() throws {
    let point = try #require(
      OperatingPoint.choose(
        scores: [3, 2, 1],
        labels: [true, false, false],
        falsePositiveRateBelow: 0.5,
        rule: .estimate
      )
    )
    let test = point.measured(scores: [3, 2.9, 5, 1], labels: [true, true, false, false])
    #expect(test.recall == 0.5)
    #expect(test.falsePositiveRate == 0.5)
  }
}

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

@Suite("Prevalence") struct PrevalenceTests {
  @Test("the corrected rate undoes what the detector's errors do to a known rate")
  func roundTrip() throws {
    let (truth, recall, falseRate) = (0.3, 0.9, 0.04)
    let flagged = truth * recall + (1 - truth) * falseRate
    let rate = try #require(
      Prevalence.corrected(flagged: flagged, recall: recall, falsePositiveRate: falseRate)
    )
    #expect(abs(rate - truth) < 1e-15)
  }

  @Test("rates clamp to 0...1 and a useless detector corrects nothing")
  func edges() {
    #expect(Prevalence.corrected(flagged: 0.01, recall: 0.9, falsePositiveRate: 0.05) == 0)
    #expect(Prevalence.corrected(flagged: 0.99, recall: 0.9, falsePositiveRate: 0.05) == 1)
    #expect(Prevalence.corrected(flagged: 0.5, recall: 0.5, falsePositiveRate: 0.5) == nil)
  }

  @Test("the standard error adds the three sampling errors")
  func standardError() throws {
    let detector = ROCPoint(
      threshold: 0.5,
      truePositives: 90,
      falsePositives: 10,
      positives: 100,
      negatives: 200
    )
    // π = (0.2 − 0.05)/0.85; variances 0.16/400, 0.09/100, 0.0475/200 by hand.
    let rate: Double = 0.15 / 0.85
    let positives: Double = rate * rate * 0.0009
    let negatives: Double = (1 - rate) * (1 - rate) * 0.0002375
    let variance: Double = 0.0004 + positives + negatives
    let error = try #require(
      Prevalence.standardError(flagged: 0.2, items: 400, detector: detector)
    )
    let expected: Double = variance.squareRoot() / 0.85
    #expect(abs(error - expected) < 1e-15)
  }
}

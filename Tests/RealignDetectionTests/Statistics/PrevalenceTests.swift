import RealignDetection
import Testing

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

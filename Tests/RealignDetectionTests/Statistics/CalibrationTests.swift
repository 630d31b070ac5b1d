import Testing

@testable import RealignDetection

@Suite("Calibration") struct CalibrationTests {
  let confidences = [0.05, 0.15, 0.15, 0.35, 0.4, 0.55, 0.6, 0.65, 0.8, 0.85, 0.9, 0.95]
  let outcomes = [
    false, false, true, false, true, false, true, true, true, false, true, true,
  ]

  @Test("ECE over equal-mass bins equals numpy's value")
  func equalMass() throws {
    let ece = try #require(
      Calibration.ece(
        confidences: confidences,
        outcomes: outcomes,
        binning: .equalMass(4)
      )
    )
    #expect(abs(ece - 0.21666666666666673) < 1e-15)
  }

  @Test("ECE over equal-width bins equals numpy's value and 1.0 falls in the last bin")
  func equalWidth() throws {
    let ece = try #require(
      Calibration.ece(
        confidences: confidences,
        outcomes: outcomes,
        binning: .equalWidth(5)
      )
    )
    #expect(abs(ece - 0.19166666666666665) < 1e-15)
    let last = Calibration.bins(
      confidences: [1, 0],
      outcomes: [true, true],
      binning: .equalWidth(10)
    )
    #expect(last?.map(\.low) == [0, 0.9])
  }

  @Test("debiased ECE equals the folded-normal correction computed with scipy")
  func debiased() throws {
    let ece = try #require(
      Calibration.debiasedECE(
        confidences: confidences,
        outcomes: outcomes,
        binning: .equalMass(4)
      )
    )
    #expect(abs(ece - 0.1525129944092911) < 1e-14)
    let mean = Calibration.foldedNormalMean(mean: 0.3, deviation: 0.5)
    #expect(abs(mean - 0.46867273224175554) < 1e-15)
    #expect(Calibration.foldedNormalMean(mean: -0.3, deviation: 0) == 0.3)
  }

  @Test("debiasing takes a perfectly calibrated sample nearer to zero")
  func debiasingHelps() throws {
    // 15 bins of 8 items; each bin's accuracy misses its confidence by sampling alone.
    let hits = [5, 3, 4, 4, 6, 2, 4, 3, 5, 4, 4, 5, 3, 4, 4]
    let confidences = (0..<120).map { 0.4999 + Double($0) * 1e-6 }
    let outcomes = (0..<120).map { $0 % 8 < hits[$0 / 8] }
    let plain = try #require(Calibration.ece(confidences: confidences, outcomes: outcomes))
    let debiased = try #require(
      Calibration.debiasedECE(confidences: confidences, outcomes: outcomes)
    )
    #expect(plain > 0.08)
    #expect(debiased < 0.02)
  }

  @Test("items of one confidence share a bin, so their order cannot matter")
  func tiesShareABin() throws {
    let confidences = [Double](repeating: 1, count: 9) + [0.2]
    let outcomes = [true, true, true, true, true, true, true, true, false, false]
    let bins = try #require(
      Calibration.bins(
        confidences: confidences,
        outcomes: outcomes,
        binning: .equalMass(5)
      )
    )
    // The single item falls short of a fifth of ten, so the tie joins it.
    #expect(bins.map(\.count) == [10])
    let moved = [false] + [Bool](repeating: true, count: 8) + [false]
    let swapped = Calibration.ece(
      confidences: confidences,
      outcomes: moved,
      binning: .equalMass(5)
    )
    let original = Calibration.ece(
      confidences: confidences,
      outcomes: outcomes,
      binning: .equalMass(5)
    )
    #expect(swapped == original)
  }

  @Test("equal-mass bins hold equal numbers when confidences are distinct")
  func equalMassCounts() {
    let confidences = (0..<100).map { Double($0) / 100 }
    let bins = Calibration.bins(
      confidences: confidences,
      outcomes: confidences.map { $0 > 0.5 },
      binning: .equalMass(15)
    )
    #expect(bins?.count == 15)
    #expect(bins?.allSatisfy { $0.count == 6 || $0.count == 7 } == true)
    #expect(bins?.reduce(0) { $0 + $1.count } == 100)
  }

  @Test("Brier score and log-likelihood equal numpy's values")
  func properScores() throws {
    let brier = try #require(Calibration.brier(confidences: confidences, outcomes: outcomes))
    #expect(abs(brier - 0.2158333333333333) < 1e-15)
    let loss = try #require(
      Calibration.negativeLogLikelihood(confidences: confidences, outcomes: outcomes)
    )
    #expect(abs(loss - 0.6229199532549583) < 1e-14)
    #expect(
      Calibration.negativeLogLikelihood(confidences: [1], outcomes: [false]) == .infinity
    )
    #expect(Calibration.negativeLogLikelihood(confidences: [1, 0], outcomes: [true, false]) == 0)
  }

  @Test("reliability − resolution + uncertainty is the Brier score")
  func murphy() throws {
    let brier = try #require(Calibration.brier(confidences: confidences, outcomes: outcomes))
    let parts = try #require(
      Calibration.brierParts(confidences: confidences, outcomes: outcomes)
    )
    let sum: Double = parts.reliability - parts.resolution + parts.uncertainty
    #expect(abs(sum - brier) < 1e-15)
    let base: Double = 7.0 / 12
    #expect(parts.uncertainty == base * (1 - base))
  }

  @Test("no items, NaN and confidences outside 0...1 are not measured")
  func invalid() {
    #expect(Calibration.ece(confidences: [], outcomes: []) == nil)
    #expect(Calibration.ece(confidences: [.nan], outcomes: [true]) == nil)
    #expect(Calibration.brier(confidences: [1.01], outcomes: [true]) == nil)
    #expect(Calibration.debiasedECE(confidences: [-0.1], outcomes: [true]) == nil)
  }
}

import RealignDetection
import Testing

@Suite("Platt calibration") struct PlattCalibrationTests {
  @Test("slope and intercept equal the root that scipy finds")
  func overlapping() throws {
    let map = try #require(
      PlattCalibration.fit(
        scores: [0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.4, 0.3, 0.1],
        outcomes: [true, true, false, true, false, true, false, false, true, false]
      )
    )
    // The loss stops falling in Double within 1e-7 of the root; the gradient test goes to 1e-9.
    #expect(abs(map.slope - 2.161989232015579) < 1e-6)
    #expect(abs(map.intercept - -1.2604796534411813) < 1e-6)
  }

  @Test("separable scores keep a finite slope thanks to the smoothed targets")
  func separable() throws {
    let map = try #require(
      PlattCalibration.fit(scores: [1, 2, 3, 4], outcomes: [false, false, true, true])
    )
    #expect(abs(map.slope - 0.9081842625600949) < 1e-6)
    #expect(abs(map.intercept - -2.270460656400237) < 1e-6)
  }

  @Test("equal scores learn the smoothed base rate")
  func constantScores() throws {
    let map = try #require(
      PlattCalibration.fit(scores: [2, 2, 2, 2], outcomes: [true, true, true, false])
    )
    // Mean of three targets 4/5 and one 1/3.
    let mean: Double = (3 * 0.8 + 1.0 / 3) / 4
    #expect(abs(map(2) - mean) < 1e-9)
  }

  @Test("probabilities stay inside 0...1 for extreme scores")
  func extremes() {
    let map = PlattCalibration(slope: 3, intercept: 0)
    #expect(map(1e300) == 1)
    #expect(map(-1e300) == 0)
    #expect(map(0) == 0.5)
  }

  @Test("no items and non-finite scores are refused")
  func refused() {
    #expect(PlattCalibration.fit(scores: [], outcomes: []) == nil)
    #expect(PlattCalibration.fit(scores: [.infinity], outcomes: [true]) == nil)
  }
}

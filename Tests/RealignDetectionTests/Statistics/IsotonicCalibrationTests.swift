import RealignDetection
import Testing

@Suite("Isotonic calibration") struct IsotonicCalibrationTests {
  @Test("pooled values equal scipy's isotonic_regression")
  func binary() throws {
    let scores = (0..<8).map(Double.init)
    let outcomes = [false, true, false, true, true, false, true, true]
    let map = try #require(IsotonicCalibration.fit(scores: scores, outcomes: outcomes))
    let fitted = scores.map { map($0) }
    let third: Double = 2.0 / 3
    let expected: [Double] = [0, 0.5, 0.5, third, third, third, 1, 1]
    for (value, golden) in zip(fitted, expected) { #expect(abs(value - golden) < 1e-15) }
  }

  @Test("weighted pools equal scipy's")
  func weighted() throws {
    let map = try #require(
      IsotonicCalibration.fit(
        scores: [1, 2, 3, 4, 5, 6],
        targets: [1, 3, 2, 4, 3.5, 3],
        weights: [1, 2, 1, 1, 1, 2]
      )
    )
    let pooled: Double = 8.0 / 3
    let expected: [Double] = [1, pooled, pooled, 3.375, 3.375, 3.375]
    for (score, golden) in zip(1...6, expected) {
      #expect(abs(map(Double(score)) - golden) < 1e-15)
    }
  }

  @Test("equal scores are averaged whatever their order")
  func ties() throws {
    let map = try #require(
      IsotonicCalibration.fit(scores: [1, 1, 1, 0], outcomes: [true, false, true, false])
    )
    #expect(map(1) == 2.0 / 3)
    #expect(map(0) == 0)
    let other = IsotonicCalibration.fit(
      scores: [1, 0, 1, 1],
      outcomes: [true, false, true, false]
    )
    #expect(other == map)
  }

  @Test("it interpolates between fitted scores and is flat outside")
  func interpolation() throws {
    let map = try #require(IsotonicCalibration(scores: [0, 2], values: [0.2, 0.6]))
    #expect(map(-5) == 0.2)
    #expect(abs(map(0.5) - 0.3) < 1e-15)
    #expect(map(9) == 0.6)
  }

  @Test("the fit never falls and keeps the mean of the targets")
  func properties() throws {
    let scores = (0..<200).map { Double(($0 * 73) % 101) }
    let outcomes = (0..<200).map { (item: Int) -> Bool in
      let noise = (item * 31) % 50
      return (item * 73) % 101 + noise > 75
    }
    let map = try #require(IsotonicCalibration.fit(scores: scores, outcomes: outcomes))
    let fitted = scores.sorted().map { map($0) }
    #expect(zip(fitted, fitted.dropFirst()).allSatisfy { $0 <= $1 })
    let share = Double(outcomes.count(where: { $0 })) / 200
    #expect(abs(fitted.reduce(0, +) / 200 - share) < 1e-12)
  }

  @Test("bad input and bad saved maps are refused")
  func refused() {
    #expect(IsotonicCalibration.fit(scores: [], outcomes: []) == nil)
    #expect(IsotonicCalibration.fit(scores: [.nan], outcomes: [true]) == nil)
    #expect(IsotonicCalibration(scores: [1, 1], values: [0, 1]) == nil)
    #expect(IsotonicCalibration(scores: [1, 2], values: [1, 0]) == nil)
    #expect(IsotonicCalibration(scores: [], values: []) == nil)
  }
}

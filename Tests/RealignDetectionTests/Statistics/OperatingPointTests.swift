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

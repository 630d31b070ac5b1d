import Testing

@testable import RealignReports

@Suite("Scale") struct ScaleTests {
  @Test("linear ticks fall on round values and enclose the data")
  func looseTicks() {
    let scale = Scale.linear([0.031, 0.694], range: (0, 100))
    #expect(scale.ticks.map(\.label) == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"])
    #expect(abs(scale.domain.upperBound - 0.7) < 1e-12)
    #expect(scale.domain.lowerBound == 0)
  }

  @Test("a tight scale ends at the data and keeps only ticks inside")
  func tightTicks() {
    let scale = Scale.linear([3, 98], range: (0, 95), isLoose: false)
    #expect(scale.domain == 3...98)
    #expect(scale.ticks.map(\.value) == [20, 40, 60, 80])
    #expect(scale(3) == 0 && scale(98) == 95 && scale(50) == 47)
  }

  @Test(
    "steps are 1, 2 or 5 times a power of ten",
    arguments: [(1.0, 5, 0.2), (100, 5, 20), (0.003, 5, 0.0005), (7, 5, 1), (45, 4, 10)]
  )
  func steps(span: Double, count: Int, expected: Double) {
    #expect(abs(Scale.niceStep(span, count: count) - expected) < 1e-12 * span)
  }

  @Test("no data, one value and values that are not finite still make a scale")
  func degenerate() {
    #expect(Scale.linear([], range: (0, 1)).domain == 0...1)
    let single = Scale.linear([5], range: (0, 1))
    #expect(single.domain.lowerBound < 5 && single.domain.upperBound > 5)
    #expect(Scale.linear([0, 0], range: (0, 1)).domain == 0...1)
    #expect(Scale.linear([.nan, 1, .infinity, 3], range: (0, 1)).domain == 1...3)
    #expect(Scale.logarithmic([-1, 0], range: (0, 1)).domain == 1...10)
  }

  @Test("a logarithmic scale places equal ratios equally and ticks at decades")
  func logarithmic() {
    let scale = Scale.logarithmic([1, 10_000], range: (0, 400))
    #expect(scale.ticks.map(\.label) == ["1", "10", "100", "1000", "10,000"])
    #expect(abs(scale(100) - 200) < 1e-9)
    #expect(scale(0) == 0)
    let narrow = Scale.logarithmic([10, 200], range: (0, 1))
    #expect(narrow.ticks.map(\.value) == [10, 20, 50, 100, 200])
  }

  @Test("an inverted range maps the larger values to smaller coordinates, clamped")
  func inverted() {
    let scale = Scale.linear([0, 10], range: (200, 0))
    #expect(scale(10) == 0 && scale(0) == 200 && scale(25) == 0)
  }
}

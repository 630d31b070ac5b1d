import Testing

@testable import RealignReports

@Suite("Numbers") struct NumbersTests {
  @Test(
    "values keep four significant digits",
    arguments: [
      (0.693147, "0.6931"), (0, "0"), (-0.5, "-0.5"), (12.3456, "12.35"), (1234.5, "1234"),
      (54_321.0, "54,321"), (0.000012, "1.2e-5"), (2_500_000, "2.5e6"), (1, "1"), (0.1, "0.1"),
    ]
  )
  func value(number: Double, text: String) {
    #expect(Numbers.value(number) == text)
  }

  @Test("ticks have the decimals of their step")
  func ticks() {
    #expect(Numbers.tick(0.3, step: 0.05) == "0.30")
    #expect(Numbers.tick(2, step: 1) == "2")
    #expect(Numbers.tick(-0.0, step: 0.5) == "0.0")
    #expect(Numbers.tick(12_000, step: 2000) == "12,000")
    #expect(Numbers.tick(20_000_000, step: 5_000_000) == "2e7")
  }

  @Test("coordinates are short and never NaN")
  func coordinates() {
    #expect(Numbers.coordinate(1.005) == "1" || Numbers.coordinate(1.005) == "1.01")
    #expect(Numbers.coordinate(12.5) == "12.5")
    #expect(Numbers.coordinate(-0.001) == "0")
    #expect(Numbers.coordinate(.nan) == "0")
  }
}

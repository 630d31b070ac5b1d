import RealignEvaluation
import Testing

@Suite("Holm") struct HolmTests {
  @Test("adjusted values equal the hand-derived example")
  func example() {
    #expect(Holm.adjusted([0.01, 0.04, 0.03, 0.005]) == [0.03, 0.06, 0.06, 0.02])
    #expect(Holm.adjusted([0.5, 0.6]) == [1, 1])
    #expect(Holm.adjusted([]) == [])
    #expect(Holm.adjusted([0.2]) == [0.2])
  }
}

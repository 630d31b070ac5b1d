import RealignEvaluation
import Testing

@Suite("McNemar") struct McNemarTests {
  @Test(
    "exact p-values equal scipy's binomial test",
    arguments: [
      (15, 5, 0.04138946533203125, 0.020694732666015625),
      (25, 10, 0.016673847800120715, 0.008336923900060357),
      (60, 40, 0.05688793364098089, 0.028443966820490444), (3, 3, 1.0, 0.65625),
    ]
  )
  func golden(fixed: Int, broken: Int, twoSided: Double, oneSided: Double) {
    let test = McNemar(fixed: fixed, broken: broken)
    #expect(abs(test.pValue - twoSided) < 1e-13)
    #expect(abs(test.improvementPValue - oneSided) < 1e-13)
    #expect(abs(McNemar(fixed: broken, broken: fixed).degradationPValue - oneSided) < 1e-13)
  }

  @Test("nothing changed means no evidence either way")
  func unchanged() {
    let test = McNemar(fixed: 0, broken: 0)
    #expect(test.pValue == 1 && test.improvementPValue == 1 && test.degradationPValue == 1)
  }

  @Test("paired outcomes are counted by what changed")
  func counting() {
    let test = McNemar(
      before: [true, false, false, true, true],
      after: [true, true, true, false, true]
    )
    #expect(test == McNemar(fixed: 2, broken: 1))
  }
}

import RealignEvaluation
import Testing

@Suite("Incomplete beta") struct IncompleteBetaTests {
  // Goldens: scipy.special.betainc and betaincinv, 1.17. Tolerance: log-gamma of the parameters
  // carries a relative 2⁻⁵², which the exponential turns into about 1e-16 · a · ln a.
  @Test(
    "values equal scipy's betainc",
    arguments: [
      (0.3, 2.0, 3.0, 0.3483, 1e-14), (0.95, 0.5, 0.5, 0.8564337068712936, 1e-14),
      (0.085, 85, 916, 0.5163592443004491, 1e-11), (0.5, 1000, 1000, 0.5, 1e-11),
      (0.001, 1, 1000, 0.6323045752290359, 1e-11),
      (0.0999, 100_001, 899_999, 0.36848183051565964, 1e-8),
    ]
  )
  func regularized(x: Double, a: Double, b: Double, expected: Double, tolerance: Double) {
    #expect(abs(IncompleteBeta.regularized(x, a: a, b: b) - expected) < tolerance)
  }

  @Test(
    "the inverse equals scipy's betaincinv",
    arguments: [
      (0.95, 1.0, 29.0, 0.0981446276772957), (0.95, 85, 916, 0.09985729905177676),
      (0.025, 90, 11, 0.8237774022599773), (0.5, 0.5, 0.5, 0.5),
      (1e-6, 3, 7, 0.0022912212217033106), (0.95, 80_001, 920_000, 0.08044763657163193),
    ]
  )
  func inverse(probability: Double, a: Double, b: Double, expected: Double) {
    #expect(abs(IncompleteBeta.inverse(probability, a: a, b: b) / expected - 1) < 1e-11)
  }

  @Test("Beta(1, 1) is uniform and edges are exact")
  func uniform() {
    #expect(abs(IncompleteBeta.regularized(0.37, a: 1, b: 1) - 0.37) < 1e-15)
    #expect(IncompleteBeta.regularized(0, a: 2, b: 3) == 0)
    #expect(IncompleteBeta.regularized(1, a: 2, b: 3) == 1)
    #expect(IncompleteBeta.inverse(0, a: 2, b: 3) == 0)
    #expect(IncompleteBeta.inverse(1, a: 2, b: 3) == 1)
  }
}

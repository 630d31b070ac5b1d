import RealignEvaluation
import Testing

@Suite("Normal distribution") struct NormalDistributionTests {
  @Test(
    "normal quantiles equal scipy's norm.ppf",
    arguments: [
      (1e-10, -6.361340902404056), (0.025, -1.9599639845400545), (0.05, -1.6448536269514729),
      (0.5, 0), (0.95, 1.6448536269514722), (0.975, 1.959963984540054),
      (0.9999, 3.719016485455709),
    ]
  )
  func normal(probability: Double, expected: Double) {
    // 1 − p loses p's last bits, which the tail's slope magnifies at 0.9999.
    #expect(abs(NormalDistribution.quantile(probability) - expected) < 1e-12)
  }

  @Test("the distribution function undoes the quantile in both tails")
  func inverse() {
    for probability in [1e-12, 0.001, 0.3, 0.5, 0.8, 0.999] {
      let back = NormalDistribution.cumulative(NormalDistribution.quantile(probability))
      #expect(abs(back / probability - 1) < 1e-12)
    }
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
  }
}

import RealignEvaluation
import Testing

@Suite("Clustered rate") struct ClusteredRateTests {
  @Test("single items give at least the exact interval")
  func independent() {
    let outcomes = (0..<200).map { $0 % 10 != 0 }
    let rate = ClusteredRate(outcomes: outcomes, clusters: Array(0..<200))
    // The between-cluster variance carries the n/(n − 1) correction.
    #expect(abs(rate.designEffect - 1.0050251256281407) < 1e-12)  // 200/199
    let exact = BinomialInterval.lowerBound(successes: 180, trials: 200)
    #expect(abs(rate.lowerBound() - exact) < 2e-4)
    #expect(rate.lowerBound() <= exact)
  }

  @Test("identical items of a cluster count as one")
  func identical() {
    let outcomes = (0..<400).map { ($0 / 4) % 10 != 0 }
    let rate = ClusteredRate(outcomes: outcomes, clusters: (0..<400).map { $0 / 4 })
    #expect(abs(rate.effectiveTrials - 99) < 1e-9)
    #expect(rate.trials == 400 && rate.clusters == 100 && rate.successes == 360)
  }

  @Test("outcomes that all agree count clusters, so three perfect documents prove little")
  func unanimous() {
    let rate = ClusteredRate(
      outcomes: [Bool](repeating: true, count: 300),
      clusters: (0..<300).map { $0 / 100 }
    )
    #expect(rate.effectiveTrials == 3)
    #expect(abs(rate.lowerBound() - 0.3684031498640387) < 1e-12)  // 0.05^(1/3)
    #expect(rate.upperBound() == 1)
  }

  @Test("no items give the widest bounds")
  func empty() {
    let rate = ClusteredRate(outcomes: [], clusters: [Int]())
    #expect(rate.upperBound() == 1 && rate.lowerBound() == 0)
    #expect(rate.interval().estimate.isNaN)
  }
}

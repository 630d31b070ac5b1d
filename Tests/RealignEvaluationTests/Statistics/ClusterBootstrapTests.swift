import Testing

@testable import RealignEvaluation

@Suite("Cluster bootstrap") struct ClusterBootstrapTests {
  let bootstrap = ClusterBootstrap(seed: 7)

  @Test("two clusters give the enumerated distribution 0, ½, 1")
  func enumerated() {
    let result = bootstrap.mean([0, 1], clusters: ["a", "b"])
    #expect(result.interval.estimate == 0.5)
    #expect(result.interval.low == 0 && result.interval.high == 1)
    #expect(result.lowerBound == 0 && result.upperBound == 1)
    #expect(result.clusters == 2)
  }

  @Test("bounds of a mean of independent items agree with the normal approximation")
  func normal() {
    let values = (0..<400).map { Double(($0 * 7919) % 400) / 400 }
    let result = bootstrap.mean(values, clusters: Array(0..<400))
    let error: Double = (1.0 / 12).squareRoot() / 20
    #expect(abs(result.interval.estimate - 0.49875) < 1e-12)
    // A 5 % percentile of 10,000 draws has a standard error of about 0.021 deviations.
    func deviations(_ bound: Double) -> Double { (bound - 0.49875) / error }
    #expect(abs(deviations(result.lowerBound) + 1.6449) < 0.1)
    #expect(abs(deviations(result.upperBound) - 1.6449) < 0.1)
    #expect(abs(deviations(result.interval.low) + 1.96) < 0.13)
  }

  @Test("copies of one item add no information when they share a cluster")
  func clustering() {
    let base = (0..<50).map { Double(($0 * 31) % 50) / 50 }
    let single = bootstrap.mean(base, clusters: Array(0..<50))
    let copied = bootstrap.mean(
      (0..<200).map { base[$0 / 4] },
      clusters: (0..<200).map { $0 / 4 }
    )
    #expect(abs(single.lowerBound - copied.lowerBound) < 1e-12)
    #expect(abs(single.upperBound - copied.upperBound) < 1e-12)
    #expect(copied.interval.n == 200 && copied.clusters == 50)
    let naive = bootstrap.mean((0..<200).map { base[$0 / 4] }, clusters: Array(0..<200))
    let (wide, tight) = (copied.upperBound - copied.lowerBound, naive.upperBound - naive.lowerBound)
    #expect(tight < 0.6 * wide)
  }

  @Test("a ratio weighs clusters by their denominators")
  func ratio() {
    let result = bootstrap.ratio(
      numerators: [9, 1, 0, 5],
      denominators: [10, 2, 0, 8],
      clusters: ["a", "b", "c", "d"]
    )
    #expect(result.interval.estimate == 0.75)
    #expect(result.lowerBound < 0.75 && result.upperBound > 0.75)
  }

  @Test("a resample without a denominator counts against the bound on either side")
  func undefinedResamples() {
    let result = bootstrap.ratio(
      numerators: [1, 0],
      denominators: [1, 0],
      clusters: ["a", "b"]
    )
    #expect(result.interval.estimate == 1)
    #expect(result.lowerBound == -.infinity)
    #expect(result.upperBound == .infinity)
  }

  @Test("fewer than two clusters have no bounds")
  func oneCluster() {
    let result = bootstrap.mean([1, 1, 0], clusters: ["a", "a", "a"])
    #expect(abs(result.interval.estimate - 0.6666666666666666) < 1e-15)
    #expect(result.lowerBound.isNaN && result.upperBound.isNaN && result.interval.low.isNaN)
    #expect(bootstrap.mean([], clusters: [String]()).interval.estimate.isNaN)
  }

  @Test("the same seed and name repeat, another seed or name does not")
  func seeded() {
    let values = (0..<30).map { Double($0 * $0) }
    let first = bootstrap.mean(values, clusters: Array(0..<30))
    #expect(first == bootstrap.mean(values, clusters: Array(0..<30)))
    #expect(first != ClusterBootstrap(seed: 8).mean(values, clusters: Array(0..<30)))
    #expect(
      first != ClusterBootstrap(seed: 7, name: "other").mean(values, clusters: Array(0..<30))
    )
  }

  @Test("a paired difference is the mean of the differences")
  func paired() {
    let result = bootstrap.pairedDifference(
      after: [1, 1, 0, 1],
      before: [0, 1, 0, 0],
      clusters: [1, 2, 3, 4]
    )
    #expect(result.interval.estimate == 0.5)
    #expect(result.lowerBound >= 0)
  }

  @Test("quantiles interpolate like numpy's default")
  func quantile() {
    // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 0.95, 1])
    let values = [1.0, 2, 4, 8]
    let shares = [0, 0.1, 0.5, 0.95, 1]
    let expected = [1, 1.3, 3, 7.4, 8]
    for (share, golden) in zip(shares, expected) {
      #expect(abs(ClusterBootstrap.quantile(values, share) - golden) < 1e-12)
    }
    #expect(ClusterBootstrap.quantile([], 0.5).isNaN)
  }
}

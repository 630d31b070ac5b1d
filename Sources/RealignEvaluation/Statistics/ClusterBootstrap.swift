import RealignNumerics

/// An estimate with percentile bounds from resampled clusters.
public struct BootstrapEstimate: Sendable, Equatable {
  /// Estimate and two-sided interval; `n` counts items.
  public var interval: Interval
  /// One-sided lower bound at the bootstrap's confidence.
  public var lowerBound: Double
  /// One-sided upper bound at the bootstrap's confidence.
  public var upperBound: Double
  /// Clusters resampled.
  public var clusters: Int

  /// Creates an estimate.
  public init(interval: Interval, lowerBound: Double, upperBound: Double, clusters: Int) {
    self.interval = interval
    self.lowerBound = lowerBound
    self.upperBound = upperBound
    self.clusters = clusters
  }
}

/// The percentile bootstrap over clusters (entities, documents, prompts), seeded and repeatable.
///
/// Items of one cluster are drawn together, because they are wrong together (Davison & Hinkley
/// 1997, section 2.4). A resample whose statistic is undefined counts as −∞ for the lower bound and
/// as +∞ for the upper one. Fewer than two clusters have no bounds: they are NaN. With fewer than
/// about twenty clusters percentile bounds are too narrow.
public struct ClusterBootstrap: Sendable {
  /// Seed of the random stream.
  public var seed: UInt64
  /// Name of the random stream; two bootstraps of one name and seed draw the same clusters.
  public var name: String
  /// Number of resamples.
  public var resamples: Int
  /// Confidence of one-sided bounds and of the two-sided interval, each.
  public var confidence: Double

  /// Creates a bootstrap.
  public init(
    seed: UInt64,
    name: String = "bootstrap",
    resamples: Int = 10_000,
    confidence: Double = 0.95
  ) {
    precondition(resamples >= 100, "resamples \(resamples) are fewer than 100")
    precondition(
      confidence > 0 && confidence < 1,
      "confidence \(confidence) is not between 0 and 1"
    )
    self.seed = seed
    self.name = name
    self.resamples = resamples
    self.confidence = confidence
  }

  /// Mean over items; `clusters[i]` names the group of item i.
  public func mean(_ values: [Double], clusters: [some Hashable]) -> BootstrapEstimate {
    estimate(ClusterTable(columns: [values], clusters: clusters)) { $0[1] / $0[0] }
  }

  /// Sum of numerators over sum of denominators, such as supported over asserted claims.
  public func ratio(
    numerators: [Double],
    denominators: [Double],
    clusters: [some Hashable]
  ) -> BootstrapEstimate {
    estimate(ClusterTable(columns: [numerators, denominators], clusters: clusters)) {
      $0[1] / $0[2]
    }
  }

  /// Mean of `after` − `before` over paired items.
  public func pairedDifference(
    after: [Double],
    before: [Double],
    clusters: [some Hashable]
  ) -> BootstrapEstimate {
    precondition(
      after.count == before.count,
      "after (\(after.count)) and before (\(before.count)) differ"
    )
    return mean(zip(after, before).map { $0 - $1 }, clusters: clusters)
  }
}

extension ClusterBootstrap {
  /// Bounds of any statistic of the totals (item count, then each column's sum).
  func estimate(
    _ table: ClusterTable,
    statistic: ([Double]) -> Double
  ) -> BootstrapEstimate {
    let totals = table.totals
    let draws = self.draws(table, stream: name, statistic: statistic)
    return summary(
      estimate: statistic(totals),
      draws: draws,
      items: Int(totals[0]),
      clusters: table.clusterCount
    )
  }

  /// The statistic of every resample, in the order drawn; empty below two clusters.
  func draws(
    _ table: ClusterTable,
    stream: String,
    statistic: ([Double]) -> Double
  ) -> [Double] {
    let count = table.clusterCount
    guard count >= 2 else { return [] }
    var random = RandomStream(seed: seed, name: stream)
    let stride = table.columnCount + 1
    var sums = [Double](repeating: 0, count: stride)
    var draws: [Double] = []
    draws.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for column in 0..<stride { sums[column] = 0 }
      for _ in 0..<count {
        let row = random.uniform(below: count) * stride
        for column in 0..<stride { sums[column] += table.cells[row + column] }
      }
      draws.append(statistic(sums))
    }
    return draws
  }

  /// Percentile bounds of drawn statistics.
  func summary(
    estimate: Double,
    draws: [Double],
    items: Int,
    clusters: Int
  ) -> BootstrapEstimate {
    let pessimistic = draws.map { $0.isNaN ? -.infinity : $0 }.sorted()
    let optimistic = draws.map { $0.isNaN ? .infinity : $0 }.sorted()
    let (tail, half) = (1 - confidence, (1 - confidence) / 2)
    return BootstrapEstimate(
      interval: Interval(
        estimate: estimate,
        low: Self.quantile(pessimistic, half),
        high: Self.quantile(optimistic, 1 - half),
        n: items
      ),
      lowerBound: Self.quantile(pessimistic, tail),
      upperBound: Self.quantile(optimistic, 1 - tail),
      clusters: clusters
    )
  }

  /// Quantile of sorted values with linear interpolation between order statistics.
  ///
  /// Definition 7 of Hyndman & Fan, American Statistician 50 (1996). NaN for no values.
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let position = share * Double(sorted.count - 1)
    let index = Int(position)
    guard index + 1 < sorted.count else { return last }
    let rest = position - Double(index)
    if rest == 0 || sorted[index] == sorted[index + 1] { return sorted[index] }
    return sorted[index] + rest * (sorted[index + 1] - sorted[index])
  }
}

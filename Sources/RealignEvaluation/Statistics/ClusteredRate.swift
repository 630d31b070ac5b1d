/// A rate whose items come in groups that resemble each other (claims of one response).
///
/// The exact interval is computed for the *effective* number of items n / deff, where deff ≥ 1 is
/// the design effect: the between-cluster variance of the rate over the variance of independent
/// items (Korn & Graubard, Survey Methodology 24, 1998). Independent items give the plain
/// Clopper–Pearson interval; clusters of identical items give the one for the cluster count.
public struct ClusteredRate: Sendable, Equatable {
  /// Items that succeeded.
  public let successes: Int
  /// All items.
  public let trials: Int
  /// Clusters the items come from.
  public let clusters: Int
  /// Variance inflation by clustering, at least 1.
  public let designEffect: Double

  /// Counts outcomes by cluster; `clusters[i]` names the group of item i.
  public init(outcomes: [Bool], clusters: [some Hashable]) {
    let table = ClusterTable(columns: [outcomes.map { $0 ? 1 : 0 }], clusters: clusters)
    let (n, m) = (Double(outcomes.count), table.clusterCount)
    successes = outcomes.count(where: { $0 })
    trials = outcomes.count
    self.clusters = m
    let rate = Double(successes) / n
    let independent = rate * (1 - rate) / n
    let largest = n / Double(max(1, m))
    guard independent > 0, m > 1 else {
      // All items agree: nothing shows how far they depend, so every cluster counts once.
      designEffect = n > 0 ? max(1, largest) : 1
      return
    }
    let spread = (0..<m).reduce(0.0) { sum, cluster in
      let residual = table.sum(0, cluster) - rate * table.items(cluster)
      return sum + residual * residual
    }
    let clustered = spread / (n * n) * Double(m) / Double(m - 1)
    designEffect = max(1, clustered / independent)
  }

  /// Items' worth of independent information, n / deff.
  public var effectiveTrials: Double { Double(trials) / designEffect }

  /// One-sided upper bound of the rate; 1 without items.
  public func upperBound(confidence: Double = 0.95) -> Double {
    let scale = 1 / designEffect
    return BinomialInterval.upperBound(
      successes: Double(successes) * scale,
      trials: effectiveTrials,
      confidence: confidence
    )
  }

  /// One-sided lower bound of the rate; 0 without items.
  public func lowerBound(confidence: Double = 0.95) -> Double {
    let scale = 1 / designEffect
    return 1
      - BinomialInterval.upperBound(
        successes: Double(trials - successes) * scale,
        trials: effectiveTrials,
        confidence: confidence
      )
  }

  /// Two-sided interval of the rate.
  public func interval(confidence: Double = 0.95) -> Interval {
    let oneSided = 0.5 + confidence / 2
    return Interval(
      estimate: trials > 0 ? Double(successes) / Double(trials) : .nan,
      low: lowerBound(confidence: oneSided),
      high: upperBound(confidence: oneSided),
      n: trials
    )
  }
}

/// A non-decreasing map from scores to probabilities, fitted by pool-adjacent-violators.
///
/// The weighted least-squares solution (Barlow et al. 1972; Zadrozny & Elkan 2002). Between fitted
/// scores it interpolates linearly, outside it stays at the end values. Needs held-out data.
public struct IsotonicCalibration: Sendable, Equatable {
  /// Fitted scores, strictly rising: the ends of every constant piece.
  public let scores: [Double]
  /// Probability at each fitted score, non-decreasing.
  public let values: [Double]

  /// Restores a fitted map; `nil` unless scores rise strictly and values do not fall.
  public init?(scores: [Double], values: [Double]) {
    guard !scores.isEmpty, scores.count == values.count,
      zip(scores, scores.dropFirst()).allSatisfy({ $0 < $1 }),
      zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }),
      (scores + values).allSatisfy(\.isFinite)
    else { return nil }
    self.scores = scores
    self.values = values
  }

  /// Fits to yes/no outcomes; `nil` without items or with a non-finite score.
  public static func fit(scores: [Double], outcomes: [Bool]) -> IsotonicCalibration? {
    fit(scores: scores, targets: outcomes.map { $0 ? 1 : 0 }, weights: nil)
  }

  /// Fits to real targets with optional positive weights.
  public static func fit(
    scores: [Double],
    targets: [Double],
    weights: [Double]?
  ) -> IsotonicCalibration? {
    precondition(
      scores.count == targets.count,
      "scores (\(scores.count)) and targets (\(targets.count)) differ"
    )
    let weights = weights ?? [Double](repeating: 1, count: scores.count)
    precondition(
      scores.count == weights.count,
      "scores (\(scores.count)) and weights (\(weights.count)) differ"
    )
    guard !scores.isEmpty, (scores + targets + weights).allSatisfy(\.isFinite),
      weights.allSatisfy({ $0 > 0 })
    else { return nil }
    var pools: [Pool] = []
    for index in scores.indices.sorted(by: { scores[$0] < scores[$1] }) {
      let (score, weight) = (scores[index], weights[index])
      let item = Pool(first: score, last: score, weight: weight, sum: weight * targets[index])
      if let top = pools.last, top.last == score, top.first == score {
        pools[pools.count - 1].absorb(item)
      } else {
        pools.append(item)
      }
    }
    return fromPools(merged(pools))
  }

  /// The calibrated probability of a score.
  public func callAsFunction(_ score: Double) -> Double {
    guard let right = firstIndex(atLeast: score) else { return values[values.count - 1] }
    if right == 0 || scores[right] == score { return values[right] }
    let (low, high) = (scores[right - 1], scores[right])
    let share = (score - low) / (high - low)
    return values[right - 1] + share * (values[right] - values[right - 1])
  }

  private func firstIndex(atLeast score: Double) -> Int? {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low < scores.count ? low : nil
  }
}

extension IsotonicCalibration {
  /// A run of scores that share one fitted value.
  private struct Pool {
    var first: Double
    var last: Double
    var weight: Double
    var sum: Double
    var mean: Double { sum / weight }

    mutating func absorb(_ other: Pool) {
      last = other.last
      weight += other.weight
      sum += other.sum
    }
  }

  private static func merged(_ items: [Pool]) -> [Pool] {
    var pools: [Pool] = []
    for item in items {
      var pool = item
      while let previous = pools.last, previous.mean >= pool.mean {
        pools.removeLast()
        var joined = previous
        joined.absorb(pool)
        pool = joined
      }
      pools.append(pool)
    }
    return pools
  }

  private static func fromPools(_ pools: [Pool]) -> IsotonicCalibration? {
    var scores: [Double] = []
    var values: [Double] = []
    for pool in pools {
      scores.append(pool.first)
      values.append(pool.mean)
      if pool.last > pool.first {
        scores.append(pool.last)
        values.append(pool.mean)
      }
    }
    return IsotonicCalibration(scores: scores, values: values)
  }
}

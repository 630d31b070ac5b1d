import Foundation

/// How confidences are grouped for a reliability diagram.
public enum CalibrationBinning: Sendable, Equatable {
  /// Bins of equal width over 0...1; empty bins are left out.
  case equalWidth(Int)
  /// Bins of (nearly) equal numbers of items; items of one confidence always share a bin.
  case equalMass(Int)
}

/// One bin of a reliability diagram.
public struct ReliabilityBin: Sendable, Equatable {
  /// Smallest confidence in the bin (equal mass) or its left edge (equal width).
  public var low: Double
  /// Largest confidence in the bin (equal mass) or its right edge (equal width).
  public var high: Double
  /// Items in the bin, at least one.
  public var count: Int
  /// Mean confidence of the items, in 0...1.
  public var meanConfidence: Double
  /// Share of the items that were right.
  public var accuracy: Double

  /// Creates a bin.
  public init(low: Double, high: Double, count: Int, meanConfidence: Double, accuracy: Double) {
    self.low = low
    self.high = high
    self.count = count
    self.meanConfidence = meanConfidence
    self.accuracy = accuracy
  }
}

/// How well stated confidences match what turned out to be right.
///
/// `confidences` are probabilities in 0...1 and `outcomes` say whether each item was right. The
/// functions return `nil` for no items or a confidence outside 0...1 (NaN included).
public enum Calibration {
  /// Expected calibration error: Σ n_b/n · |accuracy_b − confidence_b|.
  ///
  /// Naeini et al., AAAI 2015. Biased upwards for few items a bin, which debiasedECE corrects.
  public static func ece(
    confidences: [Double],
    outcomes: [Bool],
    binning: CalibrationBinning = .equalMass(15)
  ) -> Double? {
    bins(confidences: confidences, outcomes: outcomes, binning: binning).map(plugIn)
  }

  /// Calibration error with the part subtracted that sampling alone would produce, at least 0.
  ///
  /// Each bin's accuracy is a mean of n_b draws, so its gap to the confidence is close to a normal
  /// variable with variance a(1 − a)/n_b. The expected absolute gap of such variables centred on
  /// the observed gaps exceeds the plug-in value by an estimate of its bias; the debiased value is
  /// 2·ECE − E|N(gap, σ²)| (Kumar, Liang & Ma, arXiv:1909.10155, appendix on the ℓ₁ error), with
  /// the folded normal's mean in closed form instead of resampling.
  public static func debiasedECE(
    confidences: [Double],
    outcomes: [Bool],
    binning: CalibrationBinning = .equalMass(15)
  ) -> Double? {
    guard let bins = bins(confidences: confidences, outcomes: outcomes, binning: binning) else {
      return nil
    }
    let total = Double(bins.reduce(0) { $0 + $1.count })
    let resampled = bins.reduce(0.0) { sum, bin in
      let variance = bin.accuracy * (1 - bin.accuracy) / Double(bin.count)
      let gap = bin.accuracy - bin.meanConfidence
      return sum + Double(bin.count) / total
        * foldedNormalMean(mean: gap, deviation: variance.squareRoot())
    }
    return max(0, 2 * plugIn(bins) - resampled)
  }

  /// Bins of a reliability diagram, by rising confidence; only bins that hold items.
  public static func bins(
    confidences: [Double],
    outcomes: [Bool],
    binning: CalibrationBinning = .equalMass(15)
  ) -> [ReliabilityBin]? {
    guard let groups = groups(confidences, outcomes) else { return nil }
    switch binning {
    case .equalWidth(let count):
      precondition(count > 0, "bin count \(count) is not positive")
      return equalWidthBins(groups, count: count)
    case .equalMass(let count):
      precondition(count > 0, "bin count \(count) is not positive")
      return equalMassBins(groups, count: count, items: confidences.count)
    }
  }

  /// Brier score: mean of (confidence − outcome)², 0 best, 0.25 for a constant one half.
  public static func brier(confidences: [Double], outcomes: [Bool]) -> Double? {
    guard valid(confidences, outcomes) else { return nil }
    let sum = zip(confidences, outcomes).reduce(0.0) { sum, item in
      let gap = item.0 - (item.1 ? 1 : 0)
      return sum + gap * gap
    }
    return sum / Double(confidences.count)
  }

  /// Murphy's parts of the Brier score over distinct confidences.
  ///
  /// brier = reliability − resolution + uncertainty, exactly (J. Applied Meteorology 12, 1973).
  public static func brierParts(
    confidences: [Double],
    outcomes: [Bool]
  ) -> (reliability: Double, resolution: Double, uncertainty: Double)? {
    guard let groups = groups(confidences, outcomes) else { return nil }
    let total = Double(confidences.count)
    let base = Double(outcomes.count(where: { $0 })) / total
    var reliability = 0.0
    var resolution = 0.0
    for group in groups {
      let accuracy = Double(group.right) / Double(group.count)
      let weight = Double(group.count) / total
      reliability += weight * (group.confidence - accuracy) * (group.confidence - accuracy)
      resolution += weight * (accuracy - base) * (accuracy - base)
    }
    return (reliability, resolution, base * (1 - base))
  }

  /// Mean negative log-likelihood of the outcomes, nats; infinite after a certain wrong answer.
  public static func negativeLogLikelihood(confidences: [Double], outcomes: [Bool]) -> Double? {
    guard valid(confidences, outcomes) else { return nil }
    let sum = zip(confidences, outcomes).reduce(0.0) { sum, item in
      sum - (item.1 ? log(item.0) : log1p(-item.0))
    }
    return sum / Double(confidences.count)
  }
}

extension Calibration {
  /// Items that share one confidence.
  private struct Group {
    var confidence: Double
    var count: Int
    var right: Int
  }

  private static func valid(_ confidences: [Double], _ outcomes: [Bool]) -> Bool {
    precondition(
      confidences.count == outcomes.count,
      "confidences (\(confidences.count)) and outcomes (\(outcomes.count)) differ"
    )
    return !confidences.isEmpty && confidences.allSatisfy { $0 >= 0 && $0 <= 1 }
  }

  private static func groups(_ confidences: [Double], _ outcomes: [Bool]) -> [Group]? {
    guard valid(confidences, outcomes) else { return nil }
    var groups: [Group] = []
    for index in confidences.indices.sorted(by: { confidences[$0] < confidences[$1] }) {
      if groups.last?.confidence != confidences[index] {
        groups.append(Group(confidence: confidences[index], count: 0, right: 0))
      }
      groups[groups.count - 1].count += 1
      groups[groups.count - 1].right += outcomes[index] ? 1 : 0
    }
    return groups
  }

  private static func equalWidthBins(_ groups: [Group], count: Int) -> [ReliabilityBin] {
    var members = [[Group]](repeating: [], count: count)
    for group in groups {
      members[min(count - 1, Int(group.confidence * Double(count)))].append(group)
    }
    return members.enumerated().compactMap { index, groups in
      bin(
        groups,
        low: Double(index) / Double(count),
        high: Double(index + 1) / Double(count)
      )
    }
  }

  private static func equalMassBins(
    _ groups: [Group],
    count: Int,
    items: Int
  ) -> [ReliabilityBin] {
    var bins: [ReliabilityBin] = []
    var open: [Group] = []
    var seen = 0
    var closed = 0
    for group in groups {
      open.append(group)
      seen += group.count
      guard seen * count >= (closed + 1) * items else { continue }
      if let bin = bin(open, low: open[0].confidence, high: group.confidence) { bins.append(bin) }
      open = []
      closed = seen * count / items
    }
    return bins
  }

  private static func bin(_ groups: [Group], low: Double, high: Double) -> ReliabilityBin? {
    let count = groups.reduce(0) { $0 + $1.count }
    guard count > 0 else { return nil }
    let confidence = groups.reduce(0.0) { $0 + $1.confidence * Double($1.count) }
    let right = groups.reduce(0) { $0 + $1.right }
    return ReliabilityBin(
      low: low,
      high: high,
      count: count,
      meanConfidence: confidence / Double(count),
      accuracy: Double(right) / Double(count)
    )
  }

  private static func plugIn(_ bins: [ReliabilityBin]) -> Double {
    let total = Double(bins.reduce(0) { $0 + $1.count })
    return bins.reduce(0.0) {
      $0 + Double($1.count) / total * abs($1.accuracy - $1.meanConfidence)
    }
  }

  /// E|X| for X ~ N(mean, deviation²).
  static func foldedNormalMean(mean: Double, deviation: Double) -> Double {
    guard deviation > 0 else { return abs(mean) }
    let ratio = mean / deviation
    let density = (2 / Double.pi).squareRoot() * exp(-0.5 * ratio * ratio)
    return deviation * density + mean * erf(ratio / 2.0.squareRoot())
  }
}

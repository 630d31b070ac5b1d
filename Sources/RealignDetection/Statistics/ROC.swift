import Foundation

/// Ranking quality of a score against yes/no labels: areas, curve points, rates at a threshold.
///
/// A higher score means "more likely positive" (for a detector: hallucinated); an item is flagged
/// when its score is **at or above** the threshold. Scores may be infinite. A NaN score, or labels
/// that hold one class only, make an area undefined: the functions return `nil` then.
public enum ROC {
  /// Area under the ROC curve, the probability that a positive outranks a negative, ties one half.
  ///
  /// The Mann–Whitney statistic from mid-ranks, O(n log n); Hanley & McNeil, Radiology 143 (1982).
  public static func auroc(scores: [Double], labels: [Bool]) -> Double? {
    guard let groups = tieGroups(scores: scores, labels: labels) else { return nil }
    var wins = 0.0
    var negativesAbove = 0
    let totals = totals(groups)
    for group in groups {
      let negativesBelow = totals.negatives - negativesAbove - group.negatives
      wins += Double(group.positives) * (Double(negativesBelow) + 0.5 * Double(group.negatives))
      negativesAbove += group.negatives
    }
    return wins / (Double(totals.positives) * Double(totals.negatives))
  }

  /// Average precision: precision at each distinct threshold weighted by the recall it adds.
  ///
  /// AP = Σ (Rₖ − Rₖ₋₁) Pₖ, without interpolation. A score without information has an expected
  /// value equal to ``baseRate(labels:)``, which belongs beside it in every report.
  public static func auprc(scores: [Double], labels: [Bool]) -> Double? {
    guard let groups = tieGroups(scores: scores, labels: labels) else { return nil }
    let positives = Double(totals(groups).positives)
    var area = 0.0
    var truePositives = 0
    var flagged = 0
    for group in groups {
      truePositives += group.positives
      flagged += group.positives + group.negatives
      let precision = Double(truePositives) / Double(flagged)
      area += Double(group.positives) / positives * precision
    }
    return area
  }

  /// Share of positive labels; `nil` without labels.
  public static func baseRate(labels: [Bool]) -> Double? {
    labels.isEmpty ? nil : Double(labels.count(where: { $0 })) / Double(labels.count)
  }

  /// Curve points from "nothing flagged" to "everything flagged", one per distinct score.
  ///
  /// The first point has threshold +∞ and both rates 0; the last has both rates 1. Thresholds
  /// fall strictly. Empty when a class is missing or a score is NaN.
  public static func curve(scores: [Double], labels: [Bool]) -> [ROCPoint] {
    guard let groups = tieGroups(scores: scores, labels: labels) else { return [] }
    let totals = totals(groups)
    var point = ROCPoint(
      threshold: .infinity,
      truePositives: 0,
      falsePositives: 0,
      positives: totals.positives,
      negatives: totals.negatives
    )
    var points = [point]
    for group in groups {
      point.threshold = group.score
      point.truePositives += group.positives
      point.falsePositives += group.negatives
      points.append(point)
    }
    return points
  }

  /// Counts and rates when every score at or above `threshold` is flagged.
  ///
  /// NaN scores are never flagged.
  public static func point(scores: [Double], labels: [Bool], threshold: Double) -> ROCPoint {
    requireSameCount(scores, labels)
    var point = ROCPoint(
      threshold: threshold,
      truePositives: 0,
      falsePositives: 0,
      positives: 0,
      negatives: 0
    )
    for (score, label) in zip(scores, labels) {
      let flagged = score >= threshold ? 1 : 0
      if label {
        point.positives += 1
        point.truePositives += flagged
      } else {
        point.negatives += 1
        point.falsePositives += flagged
      }
    }
    return point
  }
}

/// One threshold of a detector with the counts it produces.
public struct ROCPoint: Sendable, Equatable {
  /// Items with a score at or above this value are flagged.
  public var threshold: Double
  /// Positive items flagged.
  public var truePositives: Int
  /// Negative items flagged.
  public var falsePositives: Int
  /// All positive items.
  public var positives: Int
  /// All negative items.
  public var negatives: Int

  /// Creates a point from counts.
  public init(
    threshold: Double,
    truePositives: Int,
    falsePositives: Int,
    positives: Int,
    negatives: Int
  ) {
    self.threshold = threshold
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.positives = positives
    self.negatives = negatives
  }

  /// Flagged positives over all positives; NaN without positives.
  public var recall: Double { Double(truePositives) / Double(positives) }

  /// Flagged negatives over all negatives; NaN without negatives.
  public var falsePositiveRate: Double { Double(falsePositives) / Double(negatives) }

  /// Flagged positives over everything flagged; NaN when nothing is flagged.
  public var precision: Double {
    Double(truePositives) / Double(truePositives + falsePositives)
  }

  /// Harmonic mean of precision and recall; 0 when nothing is right, NaN without positives.
  public var f1: Double {
    positives == 0
      ? .nan : 2 * Double(truePositives) / Double(positives + truePositives + falsePositives)
  }
}

extension ROC {
  /// Items that share one score.
  struct TieGroup {
    var score: Double
    var positives: Int
    var negatives: Int
  }

  /// Distinct scores in falling order with their class counts; `nil` when an area is undefined.
  static func tieGroups(scores: [Double], labels: [Bool]) -> [TieGroup]? {
    requireSameCount(scores, labels)
    guard !scores.contains(where: \.isNaN) else { return nil }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var groups: [TieGroup] = []
    for index in order {
      if groups.last?.score != scores[index] {
        groups.append(TieGroup(score: scores[index], positives: 0, negatives: 0))
      }
      if labels[index] {
        groups[groups.count - 1].positives += 1
      } else {
        groups[groups.count - 1].negatives += 1
      }
    }
    let totals = totals(groups)
    return totals.positives > 0 && totals.negatives > 0 ? groups : nil
  }

  private static func totals(_ groups: [TieGroup]) -> (positives: Int, negatives: Int) {
    groups.reduce(into: (positives: 0, negatives: 0)) {
      $0.positives += $1.positives
      $0.negatives += $1.negatives
    }
  }

  private static func requireSameCount(_ scores: [Double], _ labels: [Bool]) {
    precondition(
      scores.count == labels.count,
      "scores (\(scores.count)) and labels (\(labels.count)) differ"
    )
  }
}

import Foundation

/// A logistic map from scores to probabilities, 1 / (1 + exp(−(slope·score + intercept))).
///
/// Platt (1999) with the smoothed targets (N₊+1)/(N₊+2) and 1/(N₋+2), fitted by damped Newton
/// steps as in Lin, Lin & Weng, Machine Learning 68 (2007). Needs held-out data.
public struct PlattCalibration: Sendable, Equatable {
  /// Change of the log-odds per unit of score.
  public let slope: Double
  /// Log-odds at score 0.
  public let intercept: Double

  /// Restores a fitted map.
  public init(slope: Double, intercept: Double) {
    self.slope = slope
    self.intercept = intercept
  }

  /// The calibrated probability of a score.
  public func callAsFunction(_ score: Double) -> Double {
    Self.logistic(slope * score + intercept)
  }

  /// Fits slope and intercept; `nil` without items or with a non-finite score.
  ///
  /// Smoothed targets keep the optimum finite even for separable data. Stops when the gradient's
  /// largest part falls below 1e-10 of the item count, or after 100 steps.
  public static func fit(scores: [Double], outcomes: [Bool]) -> PlattCalibration? {
    precondition(
      scores.count == outcomes.count,
      "scores (\(scores.count)) and outcomes (\(outcomes.count)) differ"
    )
    guard !scores.isEmpty, scores.allSatisfy(\.isFinite) else { return nil }
    let positives = Double(outcomes.count(where: { $0 }))
    let negatives = Double(outcomes.count) - positives
    let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
    let problem = Problem(scores: scores, targets: outcomes.map { $0 ? high : low })
    var current = PlattCalibration(
      slope: 0,
      intercept: log((positives + 1) / (negatives + 1))
    )
    var loss = problem.loss(current)
    for _ in 0..<100 {
      let step = problem.newtonStep(current)
      guard step.gradient > 1e-10 * Double(scores.count) else { break }
      guard let next = problem.descend(from: current, along: step, loss: loss) else { break }
      (current, loss) = next
    }
    return current
  }

  static func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
  }
}

/// The convex cross-entropy that Platt scaling minimises.
private struct Problem {
  /// A Newton direction with the slope of the loss along it.
  struct Step {
    var slope: Double
    var intercept: Double
    var descent: Double
    /// Largest absolute gradient entry.
    var gradient: Double
  }

  var scores: [Double]
  var targets: [Double]

  func loss(_ map: PlattCalibration) -> Double {
    var sum = 0.0
    for (score, target) in zip(scores, targets) {
      let x = map.slope * score + map.intercept
      // log(1 + exp(x)) − target·x without overflow
      sum += max(x, 0) + log1p(exp(-abs(x))) - target * x
    }
    return sum
  }

  func newtonStep(_ map: PlattCalibration) -> Step {
    var (g1, g2) = (0.0, 0.0)
    // A tiny ridge keeps the 2×2 system solvable when every score is equal.
    var (h11, h12, h22) = (1e-12, 0.0, 1e-12)
    for (score, target) in zip(scores, targets) {
      let p = map(score)
      let weight = p * (1 - p)
      g1 += (p - target) * score
      g2 += p - target
      h11 += weight * score * score
      h12 += weight * score
      h22 += weight
    }
    let determinant = h11 * h22 - h12 * h12
    let slope = -(h22 * g1 - h12 * g2) / determinant
    let intercept = -(h11 * g2 - h12 * g1) / determinant
    return Step(
      slope: slope,
      intercept: intercept,
      descent: g1 * slope + g2 * intercept,
      gradient: max(abs(g1), abs(g2))
    )
  }

  /// Halves the step until the loss falls enough (Armijo); `nil` when no step helps.
  func descend(
    from map: PlattCalibration,
    along step: Step,
    loss: Double
  ) -> (PlattCalibration, Double)? {
    var size = 1.0
    while size > 1e-10 {
      let next = PlattCalibration(
        slope: map.slope + size * step.slope,
        intercept: map.intercept + size * step.intercept
      )
      let value = self.loss(next)
      if value.isFinite, value < loss + 1e-4 * size * step.descent { return (next, value) }
      size /= 2
    }
    return nil
  }
}

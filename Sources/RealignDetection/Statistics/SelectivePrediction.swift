/// Risk against coverage when the least confident answers are withheld.
///
/// Answers are taken from the most to the least confident; risk(k) is the share of wrong answers
/// among the k taken. Answers of equal confidence are taken in random order and the expectation is
/// reported, so the figures never depend on the order of the input.
public struct SelectivePrediction: Sendable, Equatable {
  /// Expected risk after taking 1, 2, … n answers.
  public let risks: [Double]
  /// Share of wrong answers among all.
  public let errorRate: Double

  /// Orders the answers; `nil` for no answers or a NaN confidence.
  ///
  /// - Parameters:
  ///   - confidences: any score where higher means more certain.
  ///   - outcomes: whether each answer was right.
  public init?(confidences: [Double], outcomes: [Bool]) {
    precondition(
      confidences.count == outcomes.count,
      "confidences (\(confidences.count)) and outcomes (\(outcomes.count)) differ"
    )
    guard !confidences.isEmpty, !confidences.contains(where: \.isNaN) else { return nil }
    let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
    var risks: [Double] = []
    risks.reserveCapacity(order.count)
    var errors = 0
    var start = 0
    while start < order.count {
      let level = confidences[order[start]]
      let end = order[start...].firstIndex { confidences[$0] != level } ?? order.count
      let wrong = order[start..<end].count { !outcomes[$0] }
      let rate = Double(wrong) / Double(end - start)
      for taken in (start + 1)...end {
        risks.append((Double(errors) + rate * Double(taken - start)) / Double(taken))
      }
      errors += wrong
      start = end
    }
    self.risks = risks
    errorRate = Double(errors) / Double(order.count)
  }

  /// Area under the risk–coverage curve, the mean of risk over coverages 1/n … 1 (0 best).
  ///
  /// Geifman & El-Yaniv, arXiv:1705.08500.
  public var aurc: Double { risks.reduce(0, +) / Double(risks.count) }

  /// The smallest area any ordering of the same answers can reach: all errors last.
  public var optimalAURC: Double {
    let right = risks.count - Int((errorRate * Double(risks.count)).rounded())
    let sum = (1...risks.count).reduce(0.0) { $0 + Double(max(0, $1 - right)) / Double($1) }
    return sum / Double(risks.count)
  }

  /// ``aurc`` above the optimum, the part that the confidence is to blame for.
  public var excessAURC: Double { aurc - optimalAURC }

  /// Prediction rejection ratio: 1 for a perfect ordering, 0 for a random one, negative if worse.
  ///
  /// (random − aurc) / (random − optimum); `nil` when all answers are right or all wrong.
  public var predictionRejectionRatio: Double? {
    let room = errorRate - optimalAURC
    return room > 0 ? (errorRate - aurc) / room : nil
  }

  /// Largest share of answers that can be given with risk at most `limit`; 0 when none.
  public func coverage(riskAtMost limit: Double) -> Double {
    guard let last = risks.lastIndex(where: { $0 <= limit }) else { return 0 }
    return Double(last + 1) / Double(risks.count)
  }
}

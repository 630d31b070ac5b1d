import RealignText

/// A logistic combination of detectors, whose output is a calibrated probability of hallucination.
public struct CombinedDetector: Detector {
  /// The name in lists and reports.
  public let name = "combined"
  /// The detectors that take part.
  public let members: [any Detector]
  let regression: LogisticRegression
  /// Decision threshold, frozen on a development split.
  public var threshold: Double

  /// Fits the combination.
  ///
  /// - Parameters:
  ///   - members: Detectors; those that cannot score every record are left out.
  ///   - records: Development responses.
  ///   - labels: True = hallucinated, from gold labels.
  ///   - threshold: Replaced once an operating point is chosen.
  /// - Throws: `InputError` when no detector applies.
  public init(
    members candidates: [any Detector],
    records: [ResponseRecord],
    labels: [Bool],
    threshold: Double = 0.5
  ) throws {
    members = candidates.filter { detector in
      records.allSatisfy { detector.score($0) != nil }
    }
    guard !members.isEmpty else {
      throw InputError(.badData, "no detector can score every response")
    }
    let members = members
    regression = try LogisticRegression(
      features: records.map { record in members.map { $0.score(record) ?? 0 } },
      labels: labels
    )
    self.threshold = threshold
  }

  /// Joins fitted parts.
  init(members: [any Detector], regression: LogisticRegression, threshold: Double) {
    self.members = members
    self.regression = regression
    self.threshold = threshold
  }

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    var features: [Double] = []
    for member in members {
      guard let value = member.score(record) else { return nil }
      features.append(value)
    }
    return regression.probability(features)
  }

  /// Standardised weight of every member.
  public var weights: [(name: String, weight: Double)] {
    zip(members, regression.coefficients).map { ($0.name, $1) }
  }
}

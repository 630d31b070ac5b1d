/// Mean negative log-probability of the response tokens (length-normalised surprise), nats.
public struct MeanSurprise: Detector {
  /// The name in lists and reports.
  public let name = "mean_nll"

  /// Creates the detector.
  public init() {}

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    guard !record.logProbabilities.isEmpty else { return nil }
    return -record.logProbabilities.reduce(0) { $0 + Double($1) }
      / Double(record.logProbabilities.count)
  }
}

/// Negative log-probability of the least likely response token, nats.
public struct GreatestSurprise: Detector {
  /// The name in lists and reports.
  public let name = "max_nll"

  /// Creates the detector.
  public init() {}

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    record.logProbabilities.min().map { -Double($0) }
  }
}

/// Greatest entropy of the distribution at a response token, nats.
public struct GreatestEntropy: Detector {
  /// The name in lists and reports.
  public let name = "max_entropy"

  /// Creates the detector.
  public init() {}

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    record.entropies.max().map { Double($0) }
  }
}

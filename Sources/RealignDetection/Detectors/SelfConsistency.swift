/// Share of sampled responses that say something else than the response (after Wang and others 2023 and
/// SelfCheckGPT, Manakul and others 2023), comparing canonical text.
public struct SelfConsistency: Detector {
  /// The name in lists and reports.
  public let name = "self_consistency"

  /// Creates the detector.
  public init() {}

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    guard !record.samples.isEmpty else { return nil }
    let own = Terms(record.response).all
    let differing = record.samples.filter { Terms($0).all != own }.count
    return Double(differing) / Double(record.samples.count)
  }
}

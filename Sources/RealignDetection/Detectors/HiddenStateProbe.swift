import RealignText

/// A linear probe on a hidden state of the model (after SAPLMA, Azaria & Mitchell 2023, with a
/// ridge-penalised logistic regression instead of a network).
public struct HiddenStateProbe: Detector {
  /// The name in lists and reports.
  public let name = "probe"
  let regression: LogisticRegression

  /// Fits the probe to records with labels (true = hallucinated); records without a hidden state
  /// are left out.
  ///
  /// - Parameter penalty: λ of the ridge; hidden states have many features, so it is large.
  /// - Throws: `InputError` when no record has a hidden state.
  public init(
    records: [ResponseRecord],
    labels: [Bool],
    penalty: Double = 30
  ) throws {
    let usable = zip(records, labels).filter { !$0.0.hiddenState.isEmpty }
    regression = try LogisticRegression(
      features: usable.map { $0.0.hiddenState.map { Double($0) } },
      labels: usable.map(\.1),
      penalty: penalty
    )
  }

  /// Wraps a fitted regression.
  init(regression: LogisticRegression) { self.regression = regression }

  /// The score of a record; higher means more likely hallucinated.
  public func score(_ record: ResponseRecord) -> Double? {
    guard record.hiddenState.count == regression.means.count else { return nil }
    return regression.probability(record.hiddenState.map { Double($0) })
  }
}

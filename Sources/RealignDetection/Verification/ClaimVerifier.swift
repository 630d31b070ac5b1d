import RealignText

/// What the evidence says of a claim.
public enum ClaimVerdict: String, Sendable, CaseIterable {
  /// The evidence states it.
  case supported
  /// The evidence states something else about the same subject and relation.
  case contradicted
  /// The evidence does not decide it.
  case unverifiable
}

/// Decides from passages whether a statement is supported; needs no language model.
///
/// A logistic regression over `SupportFeatures`, fitted to statements with the passages they were
/// taken from against minimally edited negatives (the recipe of MiniCheck, Tang et al. 2024, with a
/// knowledge base instead of a generator).
public struct ClaimVerifier: Sendable {
  /// One (statement, passage) example.
  public typealias Example = (statement: String, passage: String)

  private let features: SupportFeatures
  private let regression: LogisticRegression
  /// Probability from which a statement counts as supported.
  public let threshold: Double

  /// Fits a verifier.
  ///
  /// - Parameters:
  ///   - supported: Statements with the passage that states them.
  ///   - unsupported: Statements with a passage that does not.
  ///   - threshold: Probability from which a statement counts as supported.
  /// - Throws: `InputError` when one of the two kinds is missing.
  public init(supported: [Example], unsupported: [Example], threshold: Double = 0.5) throws {
    guard !supported.isEmpty, !unsupported.isEmpty else {
      throw InputError(
        .badData,
        "a verifier needs supported and unsupported examples",
        found: "\(supported.count) and \(unsupported.count)"
      )
    }
    // Paraphrases are learned from one half, weights from the other, so that a paraphrase seen
    // only once does not look perfect.
    let learning = supported.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let fitting = supported.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    let features = SupportFeatures(supported: learning)
    let positives = fitting.isEmpty ? supported : fitting
    let rows = (positives + unsupported).map {
      features(statement: $0.statement, passage: $0.passage)
    }
    let labels = positives.map { _ in true } + unsupported.map { _ in false }
    self.features = features
    regression = try LogisticRegression(features: rows, labels: labels, penalty: 0.1)
    self.threshold = threshold
  }

  /// A record from which the verifier is read back.
  var json: JSONValue {
    [
      "features": features.json, "regression": regression.json, "threshold": .number(threshold),
    ]
  }

  /// Reads a record.
  init(json: JSONValue, file: String) throws {
    guard let features = json["features"].flatMap({ SupportFeatures(json: $0) }),
      let regression = json["regression"], let threshold = json["threshold"]?.doubleValue
    else { throw InputError(.badData, "not a verifier", file: file, field: "verifier") }
    self.features = features
    self.regression = try LogisticRegression(json: regression, file: file)
    self.threshold = threshold
  }

  /// Probability that a passage supports a statement.
  public func support(statement: String, passage: String) -> Double {
    regression.probability(features(statement: statement, passage: passage))
  }

  /// The verdict over several passages, with the most supporting one.
  ///
  /// - Returns: `index` counts from 0 and is nil without passages.
  public func verify(
    _ statement: String,
    passages: [String]
  ) -> (verdict: ClaimVerdict, probability: Double, index: Int?) {
    var best = 0.0
    var index: Int?
    for (position, passage) in passages.enumerated() {
      let probability = support(statement: statement, passage: passage)
      if index == nil || probability > best { (best, index) = (probability, position) }
    }
    if best >= threshold { return (.supported, best, index) }
    let isContradicted = passages.contains { contradicts(statement, passage: $0) }
    return (isContradicted ? .contradicted : .unverifiable, best, index)
  }

  /// Same subject and relation, but another name or number where the statement has its value.
  private func contradicts(_ statement: String, passage: String) -> Bool {
    let claim = Terms(statement).hard
    guard claim.count > 1 else { return false }
    let evidence = Set(Terms(passage).all)
    let covered = claim.map(evidence.contains)
    let values = features(statement: statement, passage: passage)
    return covered[0] && covered.contains(false) && values[3] >= 0.5
  }
}

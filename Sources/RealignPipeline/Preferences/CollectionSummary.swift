import RealignData
import RealignEvaluation
import RealignText

/// What was collected, in figures and gates.
struct CollectionSummary {
  /// Claims, factual and not.
  var claims = 0
  /// Questions that have an answer.
  var answerable = 0
  /// Those whose answer was retrieved.
  var retrieved = 0
  /// Citations in the chosen responses of the pairs that are kept.
  var citations = 0
  /// Those whose passage supports what they stand at.
  var rightCitations = 0
  /// Pairs that are kept, by class: `wrong:sample`.
  var classes: [String: Int] = [:]

  /// Pairs that are kept.
  var pairs: Int { classes.values.reduce(0, +) }

  /// Counts a prompt: whether its question has an answer, and whether a passage states it.
  mutating func add(isAnswerable: Bool, isRetrieved: Bool) {
    guard isAnswerable else { return }
    answerable += 1
    if isRetrieved { retrieved += 1 }
  }

  /// Counts a pair that is kept.
  mutating func add(class name: String, citations found: (right: Int, count: Int)) {
    classes[name, default: 0] += 1
    rightCitations += found.right
    citations += found.count
  }

  /// The report's figures.
  ///
  /// - Parameter leaked: Groups both trained and tested on; nil where nothing is held out.
  func figures(leaked: [String]?, validation: DataReport) -> JSONObject {
    var figures: JSONObject = [
      "claims": .integer(claims), "pairs": .integer(pairs),
      "classes": .object(
        JSONObject(
          pairs: classes.keys.sorted().map { (key: $0, value: .integer(classes[$0] ?? 0)) }
        )
      ),
      "retrieval_recall": .number(Double(retrieved) / Double(max(1, answerable))),
    ]
    figures["leaked_groups"] = leaked.map { .array($0.map { .string($0) }) }
    figures["validation"] = validation.toJSON()
    return figures
  }

  /// Whether the citations are right and the pairs valid.
  func gates(
    profile: GateProfile,
    mode: GateMode,
    validation: DataReport
  ) -> [GateResult] {
    let stage = StageName.collect.rawValue
    guard let accuracy = Gates.named("citation_accuracy", profile: profile) else {
      preconditionFailure("no gate citation_accuracy")
    }
    let rate = citations > 0 ? MetricValue.rate(successes: rightCitations, of: citations) : nil
    return [
      accuracy.at(stage: stage, isGating: true).decide(rate, mode: mode),
      Gate("pairs_valid", stage: stage, .atLeast, 1)
        .decide(.point(validation.valid ? 1 : 0, n: pairs), mode: .point),
    ]
  }
}

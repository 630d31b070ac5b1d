import RealignDetection
import RealignEvaluation
import RealignModels
import RealignNumerics
import RealignText

/// What a model does on a set of prompts, in the shape that reports and later stages read.
struct Measurement: Sendable {
  /// Metric values by name, in a fixed order.
  var metrics: [(name: String, value: MetricValue)]
  /// The responses, in prompt order.
  var answers: [Answered]

  init(_ answers: [Answered]) {
    self.answers = answers
    metrics = Self.metrics(answers.map(\.judged))
  }

  /// Metric values by name, in a fixed order, of responses of which no more is known than this.
  static func metrics(_ responses: [JudgedResponse]) -> [(name: String, value: MetricValue)] {
    var metrics = ResponseMetrics(responses.map(\.judgement)).values
    if let error = calibrationError(responses) { metrics.append(("ece", error)) }
    return metrics
  }

  subscript(name: String) -> MetricValue? { metrics.first { $0.name == name }?.value }

  /// Metrics by name.
  var dictionary: [String: MetricValue] {
    Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether each response is a hallucination.
  var hallucinated: [Bool] { answers.map(\.judgement.isHallucinated) }

  /// Confidence and correctness of the answers that assert something.
  private static func calibrationPoints(
    _ answers: [JudgedResponse]
  ) -> (confidences: [Double], outcomes: [Bool]) {
    let asserted = answers.filter { $0.judgement.outcome != .abstained }
    return (asserted.map(\.confidence), asserted.map { $0.judgement.outcome == .correct })
  }

  private static func calibrationError(_ answers: [JudgedResponse]) -> MetricValue? {
    let points = calibrationPoints(answers)
    guard
      let error = Calibration.debiasedECE(
        confidences: points.confidences,
        outcomes: points.outcomes
      )
    else { return nil }
    let draws = (0..<200).compactMap { resampledError(points, draw: $0) }.sorted()
    guard !draws.isEmpty else { return nil }
    func quantile(_ share: Double) -> Double {
      draws[min(draws.count - 1, Int(share * Double(draws.count)))]
    }
    return MetricValue(
      estimate: error,
      low: quantile(0.025),
      high: quantile(0.975),
      n: points.outcomes.count,
      lowerBound: quantile(0.05),
      upperBound: quantile(0.95)
    )
  }

  /// The calibration error of one bootstrap resample of the answers.
  private static func resampledError(
    _ points: (confidences: [Double], outcomes: [Bool]),
    draw: Int
  ) -> Double? {
    var stream = RandomStream(seed: 0, name: "ece/\(draw)")
    let rows = points.outcomes.indices.map { _ in stream.uniform(below: points.outcomes.count) }
    return Calibration.debiasedECE(
      confidences: rows.map { points.confidences[$0] },
      outcomes: rows.map { points.outcomes[$0] }
    )
  }

  /// One object per metric.
  var json: JSONValue {
    .object(JSONObject(pairs: metrics.map { (key: $0.name, value: $0.value.json) }))
  }

  /// One row per response, for reading and for paired comparisons after a resume.
  var rows: [JSONValue] {
    answers.map { answer in
      [
        "id": .string(answer.grounded.question.id),
        "group": .string(answer.grounded.question.group),
        "prompt": .string(answer.grounded.prompt),
        "response": .string(answer.response),
        "target": .string(answer.grounded.target.trimmingPrefix(" ").description),
        "answerable": .bool(answer.grounded.isAnswerable),
        "outcome": .string(answer.judgement.outcome.rawValue),
        "citations": .number(Double(answer.judgement.citations)),
        "correct_citations": .number(Double(answer.judgement.correctCitations)),
        "confidence": .number(answer.confidence),
      ]
    }
  }
}

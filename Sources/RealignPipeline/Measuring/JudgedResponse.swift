import RealignEvaluation
import RealignText

/// What metrics need to know of a response.
struct JudgedResponse: Sendable, Equatable {
  /// How gold judges it.
  var judgement: Judgement
  /// The model's confidence that it is the answer, 0 to 1.
  var confidence: Double

  /// A response that is judged.
  init(judgement: Judgement, confidence: Double) {
    self.judgement = judgement
    self.confidence = confidence
  }

  /// A record from which it is read back.
  var json: JSONValue { ["judgement": judgement.json, "confidence": .number(confidence)] }

  /// Reads a record; nil when it is none.
  init?(json: JSONValue?) {
    guard let judgement = Judgement(json: json?["judgement"]), let confidence = json?["confidence"],
      confidence.doubleValue != nil || confidence.isNull
    else { return nil }
    // JSON has null for what is not a number.
    self.init(judgement: judgement, confidence: confidence.doubleValue ?? .nan)
  }
}

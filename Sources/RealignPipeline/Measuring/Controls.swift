import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignNumerics
import RealignText

/// Controls that tell grounding from tricks: each changes the passages in a way whose effect on a
/// grounded model is known beforehand.
struct Controls {
  let context: StageContext
  let text: TextModel
  let prompts: [GroundedQuestion]

  /// Names, summaries and results.
  func run() throws -> [(key: String, value: JSONValue)] {
    [
      ("shuffled_passage_refused", try shuffled().json),
      ("counterfactual_followed", try counterfactual().json),
      ("permuted_markers_followed", try permuted().json),
    ]
  }

  private var answerable: [GroundedQuestion] { prompts.filter(\.isAnswerable) }

  /// The gold passage is replaced by one about something else: the answer must be a refusal.
  func shuffled() throws -> MetricValue {
    let others = prompts.flatMap(\.passages)
    let changed = answerable.enumerated().map { index, prompt -> GroundedQuestion in
      var stream = RandomStream(seed: context.seed, name: "shuffled/\(index)")
      var copy = prompt
      for number in prompt.gold {
        var other = others[stream.uniform(below: others.count)]
        while prompt.question.sources.contains(other.documentID) {
          other = others[stream.uniform(below: others.count)]
        }
        copy.passages[number - 1] = other
      }
      copy.gold = []
      return copy
    }
    let answers = try context.responder(text).answer(changed)
    return .rate(
      successes: answers.count { $0.judgement.outcome == .abstained },
      of: max(1, answers.count)
    )
  }

  /// The value in the gold passage is replaced: the answer must follow the passage.
  func counterfactual() throws -> MetricValue {
    let pool = answerable.compactMap(\.question.answers.first)
    let changed = answerable.enumerated().compactMap { index, prompt -> GroundedQuestion? in
      guard let answer = prompt.question.answers.first else { return nil }
      var stream = RandomStream(seed: context.seed, name: "counterfactual/\(index)")
      let isNumber = answer.contains(where: \.isNumber)
      let alike = pool.filter { $0 != answer && $0.contains(where: \.isNumber) == isNumber }
      guard !alike.isEmpty else { return nil }
      return prompt.replacingAnswer(with: alike[stream.uniform(below: alike.count)])
    }
    let answers = try context.responder(text).answer(changed)
    return .rate(
      successes: answers.count { $0.judgement.outcome == .correct },
      of: max(1, answers.count)
    )
  }

  /// The passages are renumbered: the citations must follow.
  func permuted() throws -> MetricValue {
    let changed = answerable.map { prompt in
      prompt.reordered(Array(prompt.passages.indices.reversed()))
    }
    let answers = try context.responder(text).answer(changed)
    let judgements = answers.map(\.judgement)
    let cited = judgements.reduce(0) { $0 + $1.citations }
    return .rate(
      successes: judgements.reduce(0) { $0 + $1.correctCitations },
      of: max(1, cited)
    )
  }

  /// What an untrained rule reaches: the baseline model, declining where a score is low.
  ///
  /// The threshold is chosen on development answers to hallucinate least while refusing at most
  /// `limit` of the answerable prompts, then applied to the test answers.
  static func thresholdRule(
    development: [Answered],
    test: [Answered],
    limit: Double,
    score: (Answered) -> Double
  ) -> JSONValue {
    let values = development.map(score)
    let asked = development.map(\.judgement)
    let declined = development.map(Self.declined)
    var best: (threshold: Double, hallucinated: Int) = (-Double.infinity, .max)
    for threshold in Set(values).sorted() {
      let judged = values.indices.map {
        values[$0] < threshold ? declined[$0] : asked[$0]
      }
      let answerable = judged.filter(\.isAnswerable)
      let refused = answerable.count { $0.outcome == .abstained }
      guard Double(refused) <= limit * Double(answerable.count) else { continue }
      let hallucinated = judged.count(where: \.isHallucinated)
      if hallucinated < best.hallucinated { best = (threshold, hallucinated) }
    }
    let metrics = ResponseMetrics(
      test.map { score($0) < best.threshold ? Self.declined($0) : $0.judgement }
    )
    return .object(
      JSONObject(pairs: metrics.values.map { (key: $0.name, value: $0.value.json) })
    )
  }

  /// How a refusal in place of the response is judged.
  private static func declined(_ answer: Answered) -> Judgement {
    Responder.judged(answer.grounded, text: " " + answer.grounded.question.refusal).judgement
  }

  /// A policy that always says the same kind of thing, judged like a model.
  static func policy(
    _ prompts: [GroundedQuestion],
    _ respond: (GroundedQuestion) -> String
  ) -> ResponseMetrics {
    ResponseMetrics(
      prompts.map { Responder.judged($0, text: respond($0)).judgement }
    )
  }
}

extension GroundedQuestion {
  /// The prompt with another value in the gold passages and in the gold answer.
  fileprivate func replacingAnswer(with other: String) -> GroundedQuestion? {
    guard let answer = question.answers.first else { return nil }
    var copy = self
    for number in gold {
      let passage = passages[number - 1]
      let text = Words.replacing(answer, in: passage.text, with: other)
      guard text != passage.text else { return nil }
      copy.passages[number - 1] = Passage(
        id: passage.id,
        documentID: passage.documentID,
        title: passage.title,
        text: text,
        url: passage.url
      )
    }
    copy.question.answers = [other]
    copy.question.statement = Words.replacing(answer, in: question.statement, with: other)
    return copy
  }
}

import RealignDetection
import RealignModels

/// How well the model's own probability of declining separates unanswerable from answerable
/// prompts, whatever its operating point.
enum AbstentionMargin {
  /// Log-odds of the refusal given the prompt: log p − log(1 − p) of the whole refusing sentence.
  static func margins(_ answers: [Answered], text: TextModel) -> [Double] {
    let scores = text.model.score(
      answers.map {
        text.sequence(
          prompt: $0.grounded.prompt,
          completion: " " + $0.grounded.question.refusal
        )
      }
    )
    return scores.map { logOdds($0.sum) }
  }

  /// AUROC of the margin for "unanswerable"; nil when one kind is missing.
  static func auroc(_ answers: [Answered], text: TextModel) -> Double? {
    ROC.auroc(
      scores: margins(answers, text: text),
      labels: answers.map { !$0.grounded.isAnswerable }
    )
  }

  /// log(p / (1 − p)) of a log-probability, bounded away from certainty.
  private static func logOdds(_ logProbability: Double) -> Double {
    let p = min(max(exponential(logProbability), 1e-300), 1 - 1e-12)
    return logarithm(p / (1 - p))
  }
}

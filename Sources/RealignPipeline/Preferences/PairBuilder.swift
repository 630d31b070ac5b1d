import RealignData
import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels

/// Why a pair was made; pairs are balanced over these classes by how often each error occurs.
public enum PairClass: String, Sendable, CaseIterable {
  /// Answerable, the value or the entity is wrong.
  case wrong
  /// Answerable, right value, wrong or missing citation.
  case miscited
  /// Answerable, declined.
  case refused
  /// Unanswerable, answered.
  case invented
}

/// One preference pair with its class and scores.
struct Pair {
  let prompt: GroundedQuestion
  let chosen: String
  let rejected: String
  let kind: PairClass
  /// Where the rejected side comes from: `sample` or a corruption kind.
  let source: String
  let chosenScore: Double
  let rejectedScore: Double

  /// Class and source: `wrong:sample`.
  var name: String { kind.rawValue + ":" + source }

  /// The row of a preference file; spans cover what differs.
  var row: PreferenceRow {
    let spans = DifferingSpans(chosen: chosen, rejected: rejected)
    return PreferenceRow(
      prompt: .text(prompt.prompt),
      chosen: .text(chosen),
      rejected: .text(rejected),
      chosenScore: chosenScore,
      rejectedScore: rejectedScore,
      margin: chosenScore - rejectedScore,
      id: "\(prompt.question.id)/\(source)",
      group: prompt.question.group,
      reason: name,
      spans: spans.map {
        PreferenceSpans(chosen: [$0.chosen], rejected: [$0.rejected])
      }
    )
  }
}

/// The parts of two texts between their common start and common end, cut at words.
struct DifferingSpans: Equatable {
  let chosen: TextSpan
  let rejected: TextSpan

  /// nil when one text is the other's beginning or the texts are equal.
  init?(chosen: String, rejected: String) {
    let a = Array(chosen.unicodeScalars)
    let b = Array(rejected.unicodeScalars)
    var start = 0
    while start < min(a.count, b.count), a[start] == b[start] { start += 1 }
    // Back to the beginning of the word in which they part.
    while start > 0, a[start - 1] != " " { start -= 1 }
    var end = 0
    while end < min(a.count, b.count) - start, a[a.count - 1 - end] == b[b.count - 1 - end] {
      end += 1
    }
    guard a.count - end > start, b.count - end > start else { return nil }
    self.chosen = TextSpan(start: start, end: a.count - end)
    self.rejected = TextSpan(start: start, end: b.count - end)
  }
}

/// Builds preference pairs from the model's own samples and from typed corruptions, judged by the
/// verifier; gold answers are used only as the preferred side.
struct PairBuilder {
  let verifier: ClaimVerifier
  let corruptor: Corruptor

  /// How good a response is in the verifier's eyes, 0 to 1.
  func score(_ answered: Answered) -> Double {
    let prompt = answered.grounded
    if answered.parsed.isMalformed { return 0 }
    if answered.parsed.abstains { return prompt.isAnswerable ? 0.4 : 1 }
    let passages = prompt.passages.map(\.text)
    let scores = answered.parsed.statements.map { statement -> Double in
      let support = verifier.verify(statement.text, passages: passages).probability
      let cited = statement.citations.filter { (1...max(1, passages.count)).contains($0) }
        .map { passages[$0 - 1] }
      let citation = verifier.verify(statement.text, passages: cited).probability
      return 0.6 * support + 0.4 * citation
    }
    return scores.min() ?? 0
  }

  /// The class of an error, or nil when the response is right.
  func error(_ answered: Answered) -> PairClass? {
    let prompt = answered.grounded
    if answered.parsed.abstains, !answered.parsed.isMalformed {
      return prompt.isAnswerable ? .refused : nil
    }
    if !prompt.isAnswerable { return .invented }
    let passages = prompt.passages.map(\.text)
    let supported = answered.parsed.statements.allSatisfy {
      verifier.verify($0.text, passages: passages).verdict == .supported
    }
    guard supported, !answered.parsed.isMalformed else { return .wrong }
    let isCited = answered.parsed.statements.allSatisfy { statement in
      !statement.citations.isEmpty
        && statement.citations.allSatisfy { number in
          (1...passages.count).contains(number)
            && verifier.verify(statement.text, passages: [passages[number - 1]]).verdict
              == .supported
        }
    }
    return isCited ? nil : .miscited
  }

  /// At most one pair per prompt from its samples: the first bad one against a good one of the
  /// model's own, or the gold response where it has none.
  func pair(samples: [Answered]) -> Pair? {
    guard let bad = samples.first(where: { error($0) != nil }), let kind = error(bad) else {
      return nil
    }
    let prompt = bad.grounded
    let good = samples.first { error($0) == nil && !$0.parsed.isMalformed }
    let chosen = good?.generation.text ?? prompt.target
    guard chosen != bad.generation.text else { return nil }
    return Pair(
      prompt: prompt,
      chosen: chosen,
      rejected: bad.generation.text,
      kind: kind,
      source: "sample",
      chosenScore: good.map(score) ?? 1,
      rejectedScore: score(bad)
    )
  }

  /// A pair whose rejected side is the gold response made wrong, if its falsehood is verified.
  func pair(_ prompt: GroundedQuestion, corruption: Corruption) -> Pair? {
    let wrong = Responder.judged(prompt, text: corruption.response)
    guard let kind = error(wrong) else { return nil }
    return Pair(
      prompt: prompt,
      chosen: prompt.target,
      rejected: corruption.response,
      kind: kind,
      source: corruption.kind.rawValue,
      chosenScore: score(Responder.judged(prompt, text: prompt.target)),
      rejectedScore: score(wrong)
    )
  }
}

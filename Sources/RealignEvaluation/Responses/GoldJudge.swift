/// What is known of the right answer to a prompt.
public struct GoldAnswer: Sendable, Equatable {
  /// The question as asked.
  public var question: String
  /// Accepted short answers.
  public var answers: [String]
  /// The right answer as a sentence, where one is known.
  public var statement: String?
  /// Numbers of the given passages that state the answer, from 1; empty = unanswerable.
  public var goldPassages: [Int]
  /// How many passages were given.
  public var passageCount: Int
  /// The passages that state the answer; what they say may be quoted.
  public var goldTexts: [String]

  /// Creates a gold answer.
  public init(
    question: String,
    answers: [String],
    statement: String?,
    goldPassages: [Int],
    passageCount: Int,
    goldTexts: [String] = []
  ) {
    self.question = question
    self.answers = answers
    self.statement = statement
    self.goldPassages = goldPassages
    self.passageCount = passageCount
    self.goldTexts = goldTexts
  }

  /// Whether the passages contain the answer.
  public var isAnswerable: Bool { !goldPassages.isEmpty }
}

/// The judgement of one response.
public struct Judgement: Sendable, Equatable {
  /// What became of the question.
  public enum Outcome: String, Sendable, CaseIterable {
    /// Answered, and everything it asserts is right.
    case correct
    /// Asserts something that is wrong or that nothing supports.
    case incorrect
    /// Declined.
    case abstained
    /// Cannot be read as an answer.
    case malformed
  }

  /// What became of the question.
  public var outcome: Outcome
  /// Whether the passages contained the answer.
  public var isAnswerable: Bool
  /// Asserted claims.
  public var claims: Int
  /// Asserted claims that are right.
  public var supportedClaims: Int
  /// Citations written.
  public var citations: Int
  /// Citations of a passage that states the sentence they stand at.
  public var correctCitations: Int
  /// Citations of a passage that was not given.
  public var fabricatedCitations: Int
  /// Right claims that carry at least one right citation.
  public var citedClaims: Int
  /// Whether a right answer was worded with low confidence.
  public var isHedged: Bool

  /// Whether the response counts as a hallucination.
  public var isHallucinated: Bool { outcome == .incorrect || outcome == .malformed }
}

/// Judges responses by gold answers alone.
///
/// It shares no code with the verifier and the detectors, whose labels shape the training: a claim
/// is right when it equals the gold sentence, or, where none is known, contains a gold answer and
/// no name or number that is in neither the question nor a gold answer. A quotation is right when
/// it contains a gold answer and stands word for word in a gold passage.
public enum GoldJudge {
  /// Judges one response.
  public static func judge(_ response: ParsedResponse, gold: GoldAnswer) -> Judgement {
    var judgement = Judgement(
      outcome: .malformed,
      isAnswerable: gold.isAnswerable,
      claims: response.statements.count,
      supportedClaims: 0,
      citations: 0,
      correctCitations: 0,
      fabricatedCitations: 0,
      citedClaims: 0,
      isHedged: response.isHedged
    )
    for statement in response.statements {
      let isRight = gold.isAnswerable && isRight(statement, gold: gold)
      let right = statement.citations.filter { isRight && gold.goldPassages.contains($0) }.count
      judgement.supportedClaims += isRight ? 1 : 0
      judgement.citations += statement.citations.count
      judgement.correctCitations += right
      judgement.fabricatedCitations +=
        statement.citations.filter { !(1...max(1, gold.passageCount)).contains($0) }.count
      judgement.citedClaims += right > 0 ? 1 : 0
    }
    if response.isMalformed { return judgement }
    if response.abstains {
      judgement.outcome = .abstained
    } else {
      judgement.outcome =
        judgement.supportedClaims == judgement.claims ? .correct : .incorrect
    }
    return judgement
  }

  private static func isRight(_ statement: ParsedResponse.Statement, gold: GoldAnswer) -> Bool {
    let words = split(statement.text)
    let isVerbatim =
      statement.isQuotation && gold.goldTexts.contains { contains(split($0), words) }
      && gold.answers.contains { contains(words, split($0)) }
    return isVerbatim || states(statement.text, gold: gold)
  }

  static func states(_ text: String, gold: GoldAnswer) -> Bool {
    let words = split(text)
    if let statement = gold.statement, !statement.isEmpty {
      let wanted = split(statement)
      if words == wanted { return true }
      // A bare answer is right too; any other sentence must pass the rule below.
      if wanted.count > split(gold.answers.first ?? "").count + 1 {
        return gold.answers.contains { split($0) == words }
      }
    }
    let known = Set(split(gold.question) + gold.answers.flatMap(split))
    let foreign = names(text).filter { !known.contains($0) }
    return foreign.isEmpty && gold.answers.contains { contains(words, split($0)) }
  }

  /// Words without case and punctuation.
  private static func split(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Lower-cased words that start with a capital or hold a digit, the first word aside.
  private static func names(_ text: String) -> [String] {
    text.split { !$0.isLetter && !$0.isNumber }.enumerated().filter { index, word in
      word.contains(where: \.isNumber) || (index > 0 && word.first?.isUppercase == true)
    }.map { $0.element.lowercased() }
  }

  private static func contains(_ words: [String], _ wanted: [String]) -> Bool {
    guard !wanted.isEmpty, words.count >= wanted.count else { return false }
    return (0...words.count - wanted.count).contains {
      words[$0..<$0 + wanted.count].elementsEqual(wanted)
    }
  }
}

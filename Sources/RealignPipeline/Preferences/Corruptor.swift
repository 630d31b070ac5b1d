import RealignNumerics

/// A way in which a right answer is made wrong.
public enum CorruptionKind: String, Sendable, CaseIterable {
  /// Another subject.
  case entity
  /// Another value: a name or a word.
  case value
  /// Another number or year.
  case number
  /// Another relation of the same subject and value.
  case relation
  /// A citation of a passage that was not given.
  case fabricatedCitation = "fabricated_citation"
  /// A citation of a passage that says something else.
  case misattributedCitation = "misattributed_citation"
  /// An invented answer where the passages have none.
  case removedHedge = "removed_hedge"
}

/// A wrong response made from a right one by a minimal edit.
struct Corruption: Equatable {
  let kind: CorruptionKind
  /// The wrong response, with the leading space of a completion.
  let response: String
}

/// Makes typed corruptions of right answers from the material of other training questions.
struct Corruptor {
  private let pool: [Question]
  private let seed: UInt64

  /// - Parameter pool: Training questions with answers.
  init(pool: [Question], seed: UInt64) {
    self.pool = pool.filter { !$0.answers.isEmpty }
    self.seed = seed
  }

  /// Every corruption that applies to a prompt, at most one of each kind.
  func corruptions(_ prompt: GroundedQuestion) -> [Corruption] {
    guard !pool.isEmpty else { return [] }
    var stream = RandomStream(seed: seed, name: "corrupt/\(prompt.question.id)")
    return CorruptionKind.allCases.compactMap { kind in
      corrupt(prompt, kind: kind, stream: &stream).map { Corruption(kind: kind, response: $0) }
    }.filter { $0.response != prompt.target }
  }

  private func corrupt(
    _ prompt: GroundedQuestion,
    kind: CorruptionKind,
    stream: inout RandomStream
  ) -> String? {
    let question = prompt.question
    guard let answer = question.answers.first, let gold = prompt.gold.first else {
      return kind == .removedHedge && !prompt.isAnswerable ? invented(prompt, &stream) : nil
    }
    func cited(_ statement: String, _ number: Int) -> String { prompt.cited(statement, number) }
    switch kind {
    case .entity:
      guard let subject = Self.subject(question), let other = otherSubject(than: subject, &stream)
      else { return nil }
      return cited(question.statement.replacing(subject, with: other), gold)
    case .value:
      guard !answer.contains(where: \.isNumber) else { return nil }
      return cited(replacingAnswer(question, with: otherAnswer(than: answer, &stream)), gold)
    case .number:
      guard answer.contains(where: \.isNumber) else { return nil }
      return cited(replacingAnswer(question, with: Self.otherNumber(answer, &stream)), gold)
    case .relation:
      return otherFrame(question, answer: answer, &stream).map { cited($0, gold) }
    case .fabricatedCitation:
      return cited(question.statement, prompt.passages.count + 1 + stream.uniform(below: 2))
    case .misattributedCitation:
      let wrong = (1...prompt.passages.count).filter { !prompt.gold.contains($0) }
      return wrong.isEmpty
        ? nil : cited(question.statement, wrong[stream.uniform(below: wrong.count)])
    case .removedHedge: return nil
    }
  }

  /// A confident answer to an unanswerable prompt, with the value of another question, citing one
  /// of the passages.
  private func invented(_ prompt: GroundedQuestion, _ stream: inout RandomStream) -> String? {
    guard !prompt.passages.isEmpty else { return nil }
    let model = prompt.question.statement
    let statement: String
    if !model.isEmpty, model != "." {
      statement = model
    } else {
      statement = otherAnswer(than: "", &stream) + "."
    }
    return prompt.cited(statement, 1 + stream.uniform(below: prompt.passages.count))
  }

  // MARK: Parts of statements

  /// The longest run of capitalised words that are neither the first word nor part of the answer.
  static func subject(_ question: Question) -> String? {
    let answer = Set(question.answers.flatMap(Words.split))
    var best: [Substring] = []
    var run: [Substring] = []
    let words = question.statement.split(separator: " ")
    for (index, raw) in words.enumerated() {
      let word = raw.last.map { $0.isPunctuation } == true ? raw.dropLast() : raw
      let isName = word.first?.isUppercase == true && index > 0
      if isName, !answer.contains(word.lowercased()) {
        run.append(word)
        if run.count > best.count { best = run }
      } else {
        run = []
      }
    }
    return best.isEmpty ? nil : best.joined(separator: " ")
  }

  private func otherSubject(than subject: String, _ stream: inout RandomStream) -> String? {
    for _ in 0..<20 {
      let candidate = pool[stream.uniform(below: pool.count)]
      if let other = Self.subject(candidate), other != subject { return other }
    }
    return nil
  }

  private func otherAnswer(than answer: String, _ stream: inout RandomStream) -> String {
    let isCapitalised = answer.first?.isUppercase ?? true
    for _ in 0..<40 {
      let other = pool[stream.uniform(below: pool.count)].answers[0]
      if other != answer, (other.first?.isUppercase ?? true) == isCapitalised,
        !other.contains(where: \.isNumber)
      {
        return other
      }
    }
    return pool[stream.uniform(below: pool.count)].answers[0]
  }

  private func replacingAnswer(_ question: Question, with other: String) -> String {
    // The answer stands at the end of a statement more often than its words stand elsewhere.
    guard let answer = question.answers.first,
      let range = question.statement.ranges(of: answer).last
    else { return other + "." }
    return question.statement.replacingCharacters(in: range, with: other)
  }

  /// The number with one digit changed.
  private static func otherNumber(_ answer: String, _ stream: inout RandomStream) -> String {
    var characters = Array(answer)
    let places = characters.indices.filter { characters[$0].isNumber }
    let place = places[stream.uniform(below: places.count)]
    let old = characters[place]
    let choices = "123456789".filter { $0 != old }
    characters[place] = Array(choices)[stream.uniform(below: choices.count)]
    return String(characters)
  }

  /// The statement of another relation with this subject and value.
  private func otherFrame(
    _ question: Question,
    answer: String,
    _ stream: inout RandomStream
  ) -> String? {
    guard let subject = Self.subject(question) else { return nil }
    for _ in 0..<20 {
      let other = pool[stream.uniform(below: pool.count)]
      guard let foreign = Self.subject(other), let value = other.answers.first else { continue }
      let frame = other.statement.replacing(foreign, with: subject)
      guard let range = frame.ranges(of: value).last else { continue }
      let text = frame.replacingCharacters(in: range, with: answer)
      if text != question.statement, Words.split(text).count > Words.split(answer).count + 1 {
        return text
      }
    }
    return nil
  }
}

extension String {
  fileprivate func replacingCharacters(
    in range: Range<String.Index>,
    with other: String
  ) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}

import RealignCitations
import RealignKnowledge
import RealignNumerics
import RealignText

/// Retrieves the passages of a question and lays them out.
///
/// Number and order of the passages are drawn per question, so position says nothing about which
/// passage answers.
struct PromptBuilder {
  let store: KnowledgeStore
  /// Fewest and most passages of a prompt.
  let counts: ClosedRange<Int>
  let seed: UInt64
  /// Documents that may not be shown, for example those about held-out entities.
  var excluded: Set<String> = []
  /// How responses cite.
  var writer = CitedResponseWriter(format: .inline)
  /// Remembers what was found, where prompts are drawn several times.
  var cache: RetrievalCache?

  /// The prompt of a question; `variant` draws another number and order of passages.
  func prompt(_ question: Question, variant: Int = 0) throws -> GroundedQuestion {
    var stream = RandomStream(seed: seed, name: "prompt/\(question.id)/\(variant)")
    let count = counts.lowerBound + stream.uniform(below: counts.count)
    let found = try search(question)
    var shown = Array(found.prefix(count))
    if let near = try distractor(question, shown: shown, stream: &stream) {
      // A look-alike that retrieval missed takes the place of the weakest passage.
      let weakest = shown.lastIndex { !states($0, question) } ?? shown.endIndex
      if weakest < shown.endIndex { shown[weakest] = near } else { shown.append(near) }
    }
    stream.shuffle(&shown)
    return GroundedQuestion(
      question: question,
      passages: shown,
      gold: shown.indices.filter { states(shown[$0], question) }.map { $0 + 1 },
      writer: writer
    )
  }

  private func search(_ question: Question) throws -> [Passage] {
    if let found = cache?[question.id] { return found }
    let found = try store.search(
      question.text,
      topK: counts.upperBound + 3,
      excludingDocuments: excluded
    ).map(\.passage)
    cache?[question.id] = found
    return found
  }

  /// Prompts of many questions, in order.
  func prompts(_ questions: [Question], variant: Int = 0) throws -> [GroundedQuestion] {
    try questions.map { try prompt($0, variant: variant) }
  }

  private func distractor(
    _ question: Question,
    shown: [Passage],
    stream: inout RandomStream
  ) throws -> Passage? {
    let absent = question.distractors.filter { id in
      !excluded.contains(id) && !shown.contains { $0.documentID == id }
    }
    guard !absent.isEmpty else { return nil }
    return try store.passages(documentID: absent[stream.uniform(below: absent.count)]).first
  }

  /// Whether a passage is gold: from a named source and containing an accepted answer.
  private func states(_ passage: Passage, _ question: Question) -> Bool {
    guard question.sources.isEmpty || question.sources.contains(passage.documentID) else {
      return false
    }
    return question.answers.contains { Words.contains(passage.text, $0) }
  }
}

/// Passages found per question.
final class RetrievalCache {
  private var found: [String: [Passage]] = [:]

  subscript(question: String) -> [Passage]? {
    get { found[question] }
    set { found[question] = newValue }
  }
}

/// Comparison of texts word by word, without case and punctuation.
enum Words {
  /// The words of a text, lower-cased.
  static func split(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Whether the words of `needle` occur in a row in `text`; nothing contains no words.
  static func contains(_ text: String, _ needle: String) -> Bool {
    let words = split(text)
    let wanted = split(needle)
    guard !wanted.isEmpty, words.count >= wanted.count else { return false }
    return (0...words.count - wanted.count).contains { start in
      words[start..<start + wanted.count].elementsEqual(wanted)
    }
  }

  /// The text with every occurrence of a phrase replaced, parts of longer words left alone.
  static func replacing(_ phrase: String, in text: String, with other: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: phrase) {
      let before = text[..<range.lowerBound].last
      let after = text[range.upperBound...].first
      let isWhole = ![before, after].contains { $0.map { $0.isLetter || $0.isNumber } ?? false }
      result += rest[..<range.lowerBound] + (isWhole ? other : phrase)
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}

import RealignKnowledge

/// Recognises responses that decline to answer, by their wording.
///
/// A sentence refuses when it contains a phrase such as *I do not know*, or when the subject *the
/// passages* meets the verb *do not say*. It is a courtesy when it only apologises, asks back or
/// points elsewhere. Anything else asserts, also what follows *but* in a sentence that refuses.
/// The lists are English; a model's own refusal can be added.
public struct AbstentionDetector: Sendable {
  private let refusals: [[String]]

  /// A detector that also knows the given phrases, whatever their case and punctuation.
  public init(additionalRefusals: [String] = []) {
    refusals = (additionalRefusals + AbstentionPhrases.refusals).map(PhraseText.words)
      .filter { !$0.isEmpty }
  }

  /// What a response does; markers and the list of sources do not count.
  public func stance(of response: String) -> ResponseStance {
    stance(of: CitationParser.parseResponse(response))
  }

  /// What a response that is taken apart already does.
  public func stance(of response: CitedResponse) -> ResponseStance {
    var refuses = false
    var asserts = false
    for sentence in response.sentences {
      switch self.stance(ofSentence: sentence.text) {
      case .abstention: refuses = true
      case .assertion: asserts = true
      case .contradictory:
        refuses = true
        asserts = true
      case .empty: break
      }
    }
    switch (refuses, asserts) {
    case (true, false): return .abstention
    case (false, true): return .assertion
    case (true, true): return .contradictory
    case (false, false): return .empty
    }
  }

  /// What one sentence does; `empty` for a courtesy.
  public func stance(ofSentence sentence: String) -> ResponseStance {
    // Semicolons and dashes divide a sentence into parts that stand for themselves.
    var refuses = false
    var asserts = false
    for clause in PhraseText.clauses(sentence) {
      switch stance(ofClause: PhraseText.words(clause)) {
      case .abstention: refuses = true
      case .assertion: asserts = true
      case .contradictory: return .contradictory
      case .empty: break
      }
    }
    switch (refuses, asserts) {
    case (true, true): return .contradictory
    case (true, false): return .abstention
    case (false, true): return .assertion
    case (false, false): return .empty
    }
  }

  private func stance(ofClause words: [String]) -> ResponseStance {
    guard !words.isEmpty else { return .empty }
    if words.count == 1, AbstentionPhrases.bareRefusals.contains(words[0]) { return .abstention }
    if let rest = AbstentionPhrases.withoutApology(words) {
      return AbstentionPhrases.continuesApology(rest) ? .empty : stance(ofClause: rest)
    }
    guard let refusal = refusalRange(in: words) else {
      return AbstentionPhrases.isCourtesy(words) ? .empty : .assertion
    }
    // "I do not know, but it is Velto" and "It is Velto, but I do not know for sure".
    if let turn = words[refusal.upperBound...].firstIndex(where: AbstentionPhrases.turns.contains) {
      let rest = Array(words[(turn + 1)...])
      if rest.count >= 2, stance(ofClause: rest).asserts { return .contradictory }
    }
    let before = words[..<refusal.lowerBound]
    if let turn = before.lastIndex(where: AbstentionPhrases.turns.contains), turn >= 2,
      stance(ofClause: Array(words[..<turn])).asserts
    {
      return .contradictory
    }
    return .abstention
  }

  /// Where the words that refuse stand; nil when none do.
  private func refusalRange(in words: [String]) -> Range<Int>? {
    for phrase in refusals {
      if let start = PhraseText.firstIndex(of: phrase, in: words) {
        return start..<(start + phrase.count)
      }
    }
    for subject in AbstentionPhrases.sourceNouns {
      guard let noun = words.firstIndex(of: subject) else { continue }
      for predicate in AbstentionPhrases.silences {
        guard let start = PhraseText.firstIndex(of: predicate, in: words), start > noun,
          start - noun <= 4
        else { continue }
        return noun..<(start + predicate.count)
      }
    }
    return nil
  }
}

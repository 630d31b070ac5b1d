/// Citation recall, precision, F1 and coverage as in ALCE (Gao, Yen, Yu & Chen 2023, section 3.3),
/// given a judge of support.
///
/// For a sentence *s* with the set *C* of cited numbers, *V* those of *C* that a passage has, and
/// the judge φ:
///
/// - *s* is supported when *C* is not empty, all of it exists and φ(*C*, *s*);
/// - a citation *c* is correct when it exists, φ(*V*, *s*), and it is not superfluous: φ(*c*, *s*)
///   or not φ(*V* ∖ *c*, *s*).
///
/// Differences from ALCE's program, each of which only lowers precision for a bad citation: a
/// number that no passage has, a repetition and a malformed marker count as wrong citations (ALCE
/// leaves out the citations of a sentence with such a number); citations after the third of a
/// sentence count (ALCE drops them); correct citations beside a fabricated one stay correct.
/// Sentences that only decline to answer need no citation, but a citation on them is judged like
/// any other.
public struct CitationMetrics: Sendable {
  /// The format that responses are asked for.
  public let format: CitationFormat
  /// Tells assertions from refusals.
  public let abstention: AbstentionDetector

  /// Metrics for responses in a format.
  public init(format: CitationFormat, abstention: AbstentionDetector = AbstentionDetector()) {
    self.format = format
    self.abstention = abstention
  }

  /// The counts of a response.
  ///
  /// - Parameters:
  ///   - text: The response as generated.
  ///   - passageCount: How many passages it was given; their numbers are 1 to this.
  ///   - supports: Whether the passages of the given numbers (ascending, at least one, all valid)
  ///     together support a sentence.
  /// - Throws: What `supports` throws.
  /// - Precondition: `passageCount` is not negative.
  public func counts(
    of text: String,
    passageCount: Int,
    supports: (_ passages: [Int], _ sentence: String) throws -> Bool
  ) rethrows -> CitationCounts {
    try counts(
      of: CitationParser.parseResponse(text),
      passageCount: passageCount,
      supports: supports
    )
  }

  /// The counts of a response that is taken apart already.
  ///
  /// - Throws: What `supports` throws.
  /// - Precondition: `passageCount` is not negative.
  public func counts(
    of response: CitedResponse,
    passageCount: Int,
    supports: (_ passages: [Int], _ sentence: String) throws -> Bool
  ) rethrows -> CitationCounts {
    precondition(passageCount >= 0, "passageCount \(passageCount) must not be negative")
    var counts = CitationCounts()
    counts.stance = abstention.stance(of: response)
    counts.hasMarkers = response.hasMarkers
    counts.conformsToFormat = response.conforms(to: format)
    counts.movedMarkers = response.movedMarkers
    for sentence in response.sentences {
      try add(sentence, to: &counts, passageCount: passageCount, supports: supports)
    }
    let dangling = response.danglingCitations
    let fabricated = dangling.count {
      !(1...max(1, passageCount)).contains($0) || passageCount == 0
    }
    counts.citations += dangling.count + response.danglingMalformed.count
    counts.fabricatedCitations += fabricated
    counts.unsupportedCitations += dangling.count - fabricated
    counts.malformedCitations += response.danglingMalformed.count
    return counts
  }

  private func add(
    _ sentence: CitedSentence,
    to counts: inout CitationCounts,
    passageCount: Int,
    supports: ([Int], String) throws -> Bool
  ) rethrows {
    let valid = sentence.citations.filter { $0 >= 1 && $0 <= passageCount }.sorted()
    let fabricated = sentence.citations.count - valid.count
    let isSupported = try !valid.isEmpty && supports(valid, sentence.text)
    if abstention.stance(ofSentence: sentence.text).asserts {
      counts.statements += 1
      if !sentence.citations.isEmpty { counts.citedStatements += 1 }
      if isSupported && fabricated == 0 { counts.supportedStatements += 1 }
    }
    counts.citations +=
      sentence.citations.count + sentence.repeatedCitations + sentence.malformed.count
    counts.fabricatedCitations += fabricated
    counts.repeatedCitations += sentence.repeatedCitations
    counts.malformedCitations += sentence.malformed.count
    guard isSupported else {
      counts.unsupportedCitations += valid.count
      return
    }
    for number in valid {
      if try isSuperfluous(number, among: valid, sentence.text, supports) {
        counts.superfluousCitations += 1
      } else {
        counts.correctCitations += 1
      }
    }
  }

  private func isSuperfluous(
    _ number: Int,
    among valid: [Int],
    _ sentence: String,
    _ supports: ([Int], String) throws -> Bool
  ) rethrows -> Bool {
    guard valid.count > 1, try !supports([number], sentence) else { return false }
    return try supports(valid.filter { $0 != number }, sentence)
  }
}

import RealignCitations
import RealignEvaluation

/// Cuts a response into statements, abstention and form.
enum ResponseParser {
  /// Parses a response.
  ///
  /// - Parameters:
  ///   - text: The generated text.
  ///   - isComplete: Whether generation ended by itself.
  ///   - refusal: The refusal expected for this question, beside the general phrases.
  static func parse(_ text: String, isComplete: Bool, refusal: String) -> ParsedResponse {
    let response = CitationParser.parseResponse(text)
    let detector = AbstentionDetector(additionalRefusals: [refusal])
    var statements: [ParsedResponse.Statement] = []
    var abstains = false
    for sentence in response.sentences {
      let stance = detector.stance(ofSentence: sentence.text)
      if stance == .abstention || stance == .contradictory { abstains = true }
      if stance == .assertion || stance == .contradictory {
        let quoted = Quotation.content(of: sentence.text)
        statements.append(
          ParsedResponse.Statement(
            text: quoted ?? sentence.text,
            citations: sentence.citations,
            range: sentence.range,
            isQuotation: quoted != nil
          )
        )
      }
    }
    return ParsedResponse(
      statements: statements,
      abstains: abstains,
      isHedged: statements.contains { HedgeDetector.isHedged($0.text) },
      isMalformed: !isComplete || !response.malformed.isEmpty
        || !response.danglingCitations.isEmpty
    )
  }
}

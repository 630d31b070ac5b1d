import RealignDetection
import RealignEvaluation
import RealignKnowledge

/// Fits the verifier on training questions alone: gold statements with their passages against
/// typed corruptions and passages that say something else.
enum VerifierBuilder {
  static func fit(
    _ prompts: [GroundedQuestion],
    corruptor: Corruptor
  ) throws -> ClaimVerifier {
    var supported: [ClaimVerifier.Example] = []
    var unsupported: [ClaimVerifier.Example] = []
    for prompt in prompts {
      let statement = prompt.question.statement
      for (index, passage) in prompt.passages.enumerated() {
        if prompt.gold.contains(index + 1) {
          supported.append((statement, passage.text))
        } else if !statement.isEmpty {
          unsupported.append((statement, passage.text))
        }
      }
      guard let gold = prompt.gold.first else { continue }
      for corruption in corruptor.corruptions(prompt)
      where [.entity, .value, .number, .relation].contains(corruption.kind) {
        let text = Responder.judged(prompt, text: corruption.response)
        for wrong in text.parsed.statements {
          unsupported.append((wrong.text, prompt.passages[gold - 1].text))
        }
      }
    }
    return try ClaimVerifier(supported: supported, unsupported: unsupported)
  }
}

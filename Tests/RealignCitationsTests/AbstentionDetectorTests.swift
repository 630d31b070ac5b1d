import RealignCitations
import Testing

@Suite struct AbstentionDetectorTests {
  private let detector = AbstentionDetector()

  @Test(arguments: [
    "I do not know.", "I don't know.", "I don’t know who founded Velto.",
    "Sorry, I cannot answer that.", "The passages do not say who founded Velto.",
    "The provided documents don't mention its height.", "There is not enough information.",
    "There is no information about this in the sources.", "I'm sorry. I cannot find the answer.",
    "The answer is not given in the text.", "It cannot be determined from the context.",
    "Unknown.", "I do not know, but you can ask a librarian.",
    "I do not know. Please provide more context.", "Unfortunately, I am unable to verify this.",
    "I do not have enough information to answer. Could you share the document?",
    "The knowledge base does not contain this.", "I am not sure.",
  ])
  func `refusals abstain`(response: String) {
    #expect(detector.stance(of: response) == .abstention)
  }

  @Test(arguments: [
    "Velto was founded in 1820.", "Velto was founded in 1820 [1].",
    "The town does not have a river.",
    "The company did not provide medical services.", "Yes.", "1820", "He said little about it.",
    "If you heat water it boils.", "Sorry, the capital is Velto.", "No.",
    "The information office opened in 1990.", "Please note that Velto is the capital.",
    "She knew how to answer questions.", "I found the answer: it is Velto.",
  ])
  func `answers assert`(response: String) {
    #expect(detector.stance(of: response) == .assertion)
  }

  @Test(arguments: [
    "I do not know, but it was probably founded in 1820.",
    "I do not know. Velto was founded in 1820.", "Velto was founded in 1820, but I am not sure.",
    "The passages do not say who founded it; it was Ana Lee.",
    "It was founded in 1820. The passages do not mention by whom.",
    "I cannot answer that. However, Velto is the capital of Ruma.",
    "I don't know – maybe Ana Lee founded it.",
  ])
  func `refusing and answering is contradictory and counts as asserting`(response: String) {
    let stance = detector.stance(of: response)
    #expect(stance == .contradictory)
    #expect(stance.asserts)
  }

  @Test(arguments: ["", "  ", "[1]", "Sorry.", "I apologize for the confusion.", "Thank you!"])
  func `courtesies say nothing`(response: String) {
    #expect(detector.stance(of: response) == .empty)
  }

  @Test func `a model's own refusal can be added`() {
    let own = AbstentionDetector(additionalRefusals: ["No passage answers this."])
    #expect(detector.stance(of: "No passage answers this") == .assertion)
    #expect(own.stance(of: "no passage answers this") == .abstention)
  }

  @Test func `a list of sources does not turn a refusal into an answer`() {
    #expect(detector.stance(of: "I do not know.\n\nReferences:\n[1] Velto") == .abstention)
  }
}

@Suite struct HedgeDetectorTests {
  @Test(arguments: [
    ("It is probably Velto.", ["probably"]), ("I think it might be so.", ["i think", "might"]),
    ("It may rain.", ["may"]), ("I'm not sure, perhaps 1820.", ["i'm not sure", "perhaps"]),
    ("As far as I know it is red.", ["as far as i know"]),
    ("Velto appears to be old.", ["appears to"]),
  ])
  func `hedges are found in order`(text: String, phrases: [String]) {
    #expect(HedgeDetector.hedges(in: text).map(\.phrase) == phrases)
    #expect(HedgeDetector.isHedged(text))
  }

  @Test(arguments: [
    "It was founded in May 1820.", "On 3 May it opened.", "The might of Ruma.", "It is Velto.",
    "An unlikely event.", "The mayor thinks.",
  ])
  func `other meanings are no hedges`(text: String) {
    #expect(!HedgeDetector.isHedged(text))
  }

  @Test func `hedges have their place in scalars`() {
    #expect(
      HedgeDetector.hedges(in: "Größer, vielleicht; maybe I’m not sure.") == [
        Hedge(phrase: "maybe", range: 20..<25), Hedge(phrase: "i'm not sure", range: 26..<38),
      ]
    )
  }
}

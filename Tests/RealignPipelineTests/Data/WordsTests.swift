import Testing

@testable import RealignPipeline

@Suite("Words")
struct WordsTests {
  @Test("phrases are found word by word, without case and punctuation")
  func contains() {
    #expect(Words.contains("Its capital: Port Ja.", "port ja"))
    #expect(!Words.contains("Its capital is Port Jabo.", "Port Ja"))
    #expect(!Words.contains("anything", ""))
  }

  @Test("only whole phrases are replaced")
  func replacing() {
    #expect(
      Words.replacing("Ja", in: "Jabo's capital is Ja, not Ja.", with: "Velto")
        == "Jabo's capital is Velto, not Velto."
    )
    #expect(Words.replacing("7", in: "17 is not 7", with: "12") == "17 is not 12")
    #expect(Words.replacing("x", in: "", with: "y") == "")
  }
}

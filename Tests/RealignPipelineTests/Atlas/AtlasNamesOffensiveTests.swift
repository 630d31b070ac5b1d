import Testing

@testable import RealignPipeline

@Suite("Unwanted words")
struct AtlasNamesOffensiveTests {
  @Test("a fragment is found anywhere in a word")
  func fragments() {
    #expect(AtlasNames.isOffensive("mcshitbok"))
    #expect(AtlasNames.isOffensive("turd"))
    #expect(!AtlasNames.isOffensive("velto"))
    #expect(!AtlasNames.isOffensive("sh"))
  }
}

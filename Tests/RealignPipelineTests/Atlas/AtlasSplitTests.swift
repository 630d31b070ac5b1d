import Testing

@testable import RealignPipeline

@Suite struct AtlasSplitTests {
  @Test func theSplitOfAWordIgnoresLetterCase() {
    for word in ["Lonak", "torv", "Xq", "Grelm"] {
      #expect(AtlasSplit.of(word: word) == AtlasSplit.of(word: word.uppercased()))
    }
  }
}

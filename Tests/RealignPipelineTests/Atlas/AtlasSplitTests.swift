import RealignNumerics
import Testing

@testable import RealignPipeline

@Suite struct AtlasSplitTests {
  @Test func theSplitOfAWordIgnoresLetterCase() {
    for word in ["Lonak", "torv", "Xq", "Grelm", "Mvam"] {
      #expect(AtlasSplit.of(word: word) == AtlasSplit.of(word: word.uppercased()))
    }
  }

  @Test func theSplitsHaveSevenOneAndTwoTenthsOfTheWords() {
    var counts: [AtlasSplit: Int] = [:]
    for number in 0..<10_000 { counts[AtlasSplit.of(word: "word\(number)"), default: 0] += 1 }
    // Four standard deviations of a binomial share of 10 000 words: 4·√(10 000·p·(1 − p)).
    #expect(abs(counts[.train, default: 0] - 7000) < 184)
    #expect(abs(counts[.dev, default: 0] - 1000) < 120)
    #expect(abs(counts[.test, default: 0] - 2000) < 160)
  }
}

import RealignCitations
import Testing

@Suite struct CitationMetricsTests {
  private let metrics = CitationMetrics(format: .inline)

  /// A judge that knows, for each sentence, the sets of passages that suffice.
  private func judge(_ sufficient: [String: [Set<Int>]]) -> ([Int], String) -> Bool {
    { passages, sentence in
      (sufficient[sentence] ?? []).contains { $0.isSubset(of: passages) }
    }
  }

  private func counts(
    _ text: String,
    _ sufficient: [String: [Set<Int>]],
    passages: Int = 5
  ) -> CitationCounts {
    metrics.counts(of: text, passageCount: passages, supports: judge(sufficient))
  }

  @Test func `a single citation is precise exactly when it is recalled`() {
    let right = counts("A is b [1].", ["A is b.": [[1]]])
    #expect((right.recall, right.precision, right.f1) == (1, 1, 1))
    let wrong = counts("A is b [2].", ["A is b.": [[1]]])
    #expect((wrong.recall, wrong.precision, wrong.f1) == (0, 0, 0))
    #expect(wrong.unsupportedCitations == 1)
  }

  @Test func `a superfluous citation lowers precision only`() {
    let found = counts("A is b [1][2].", ["A is b.": [[1]]])
    #expect((found.recall, found.precision) == (1, 0.5))
    #expect(found.superfluousCitations == 1)
    // Harmonic mean of 1 and ½.
    #expect(abs((found.f1 ?? 0) - 2.0 / 3) < 1e-15)
  }

  @Test func `citations that are needed together are all correct`() {
    let found = counts("A is b [1][2].", ["A is b.": [[1, 2]]])
    #expect((found.recall, found.precision) == (1, 1))
    let three = counts("A is b [1][2][3].", ["A is b.": [[1, 2]]])
    #expect((three.correctCitations, three.superfluousCitations) == (2, 1))
  }

  @Test func `two passages that each suffice are both correct`() {
    #expect(counts("A is b [1][2].", ["A is b.": [[1], [2]]]).precision == 1)
  }

  @Test func `a fabricated number counts against precision and recall`() {
    let alone = counts("A is b [9].", ["A is b.": [[1]]])
    #expect((alone.recall, alone.precision, alone.coverage) == (0, 0, 1))
    #expect((alone.fabricatedCitations, alone.unsupportedCitations) == (1, 0))
    let beside = counts("A is b [1][9].", ["A is b.": [[1]]])
    #expect((beside.recall, beside.precision) == (0, 0.5))
    #expect(counts("A is b [0].", ["A is b.": [[0]]]).fabricatedCitations == 1)
  }

  @Test func `malformed and repeated markers count against precision`() {
    let found = counts("A is b [1][1][2,].", ["A is b.": [[1]]])
    #expect((found.correctCitations, found.citations) == (1, 3))
    #expect((found.repeatedCitations, found.malformedCitations) == (1, 1))
  }

  @Test func `citations after the third of a sentence count`() {
    let found = counts("A is b [1][2][3][4].", ["A is b.": [[4]]])
    #expect(found.recall == 1)
    #expect(found.precision == 0.25)
  }

  @Test func `dangling markers are wrong citations`() {
    let found = counts("[1][9]", [:])
    #expect((found.citations, found.correctCitations, found.statements) == (2, 0, 0))
    #expect((found.unsupportedCitations, found.fabricatedCitations) == (1, 1))
    #expect(found.recall == nil)
    #expect(counts("[1]", [:], passages: 0).fabricatedCitations == 1)
  }

  @Test func `sentences without citation lower recall and coverage`() {
    let found = counts("A is b [1]. C is d.", ["A is b.": [[1]], "C is d.": [[2]]])
    #expect((found.statements, found.recall, found.coverage, found.precision) == (2, 0.5, 0.5, 1))
  }

  @Test func `a refusal needs no citation, but one on it is wrong`() {
    let plain = counts("I do not know.", [:])
    #expect((plain.statements, plain.citations, plain.recall) == (0, 0, nil))
    #expect(plain.stance == .abstention)
    let cited = counts("I do not know [1].", [:])
    #expect((cited.statements, cited.citations, cited.precision) == (0, 1, 0))
  }

  @Test func `the list of sources is not counted`() {
    let text = "A is b.[1]\n\n[1] Title"
    let found = CitationMetrics(format: .footnote).counts(
      of: text,
      passageCount: 1,
      supports: judge(["A is b.": [[1]]])
    )
    #expect((found.citations, found.precision, found.statements) == (1, 1, 1))
    #expect(found.conformsToFormat)
    #expect(found.movedMarkers == 1)
  }

  @Test func `corpus rates pool counts and keep their parts`() {
    let sufficient: [String: [Set<Int>]] = ["A is b.": [[1]], "C is d.": [[2]]]
    let rates = CitationRates([
      counts("A is b [1]. C is d [1][2].", sufficient),  // recall 2/2, correct 2 of 3
      counts("A is b. C is d.", sufficient),  // recall 0/2, no citation
      counts("I do not know.", sufficient),  // no statement
      counts("A is b.[1]", sufficient),  // recall 1/1, correct 1 of 1, not inline
    ])
    #expect(rates.recall == CountedRate(3, of: 5))
    #expect(rates.precision == CountedRate(3, of: 4))
    #expect(rates.coverage == CountedRate(3, of: 5))
    #expect(rates.fabrication == CountedRate(0, of: 4))
    #expect(rates.formatConsistency == CountedRate(1, of: 2))
    // Means over the three responses with statements: recall (1+0+1)/3, precision (2/3+0+1)/3.
    #expect(abs((rates.meanRecall ?? 0) - 2.0 / 3) < 1e-15)
    #expect(abs((rates.meanPrecision ?? 0) - 5.0 / 9) < 1e-15)
    // 2·(2/3)(5/9)/(2/3 + 5/9) = (20/27)/(11/9) = 20/33
    #expect(abs((rates.meanF1 ?? 0) - 20.0 / 33) < 1e-15)
    // 2·(3/4)(3/5)/(3/4 + 3/5) = (9/10)/(27/20) = 2/3
    #expect(abs((rates.f1 ?? 0) - 2.0 / 3) < 1e-15)
  }

  @Test func `an empty corpus has no rates`() {
    let rates = CitationRates([])
    #expect(rates.precision.value == nil)
    #expect(rates.meanF1 == nil)
    #expect(rates.f1 == nil)
  }

  @Test func `citing everything fails the gate on citation accuracy`() {
    // One of five passages supports each sentence, and all five are cited.
    let text = "A is b [1][2][3][4][5]. C is d [1][2][3][4][5]."
    let rates = CitationRates([counts(text, ["A is b.": [[1]], "C is d.": [[2]]])])
    #expect(rates.recall.value == 1)
    #expect(rates.precision == CountedRate(2, of: 10))
  }

  @Test func `the judge is asked only about passages that exist, in order`() {
    var asked: [[Int]] = []
    _ = metrics.counts(of: "A is b [3][1][9].", passageCount: 3) { passages, _ in
      asked.append(passages)
      return true
    }
    #expect(asked == [[1, 3], [1], [3]])
  }
}

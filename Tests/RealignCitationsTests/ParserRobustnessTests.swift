import RealignCitations
import RealignData
import RealignKnowledge
import Testing

/// Texts made of pieces that matter to the parsers, the same in every run.
private func makeTexts(count: Int) -> [String] {
  let pieces = [
    "[", "]", "[1]", "[2, 3]", "[^4]", "[9", "[]", "(", ")", "\"", ".", "!", "…", "。", " ", "  ",
    "\n", "\n\n", "\r\n", "Velto", "is", "e.g.", "Dr.", "J.", "é", "e\u{301}", "😀", "1.", "3.14",
    "References:", "I do not know", "but", "](http://x)", "\u{0}", "-", ";", "maybe", "May",
  ]
  return (0..<count).map { number in
    let length = Int(StableHash.hash("length \(number)") % 14)
    return (0..<length).map { position in
      pieces[Int(StableHash.hash("\(number) \(position)") % UInt64(pieces.count))]
    }.joined()
  }
}

private func isBlank(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
  scalars.allSatisfy { $0.properties.isWhitespace }
}

@Suite struct ParserRobustnessTests {
  @Test func `sentences of any text cover it in order`() {
    for text in makeTexts(count: 4000) {
      let scalars = Array(text.unicodeScalars)
      for lineBreaks in [SentenceSplitter.LineBreaks.wrapped, .significant] {
        var end = 0
        for sentence in SentenceSplitter.split(text, lineBreaks: lineBreaks) {
          #expect(sentence.range.lowerBound >= end && !sentence.range.isEmpty, "\(text)")
          let gap = end..<max(end, sentence.range.lowerBound)
          #expect(isBlank(scalars[gap]), "\(text)")
          end = sentence.range.upperBound
        }
        #expect(isBlank(scalars[end...]), "\(text)")
      }
    }
  }

  @Test func `any response is parsed into ascending ranges within it`() {
    for text in makeTexts(count: 4000) {
      let length = text.unicodeScalars.count
      let response = CitationParser.parseResponse(text)
      var start = -1
      for sentence in response.sentences {
        #expect(sentence.range.lowerBound > start && sentence.range.upperBound <= length, "\(text)")
        #expect(!sentence.text.isEmpty, "\(text)")
        start = sentence.range.lowerBound
      }
    }
  }

  @Test func `counts of any response stay within one another`() {
    let metrics = CitationMetrics(format: .inline)
    for text in makeTexts(count: 4000) {
      let counts = metrics.counts(of: text, passageCount: 3) { numbers, _ in numbers.contains(2) }
      let wrong =
        counts.fabricatedCitations + counts.unsupportedCitations + counts.superfluousCitations
        + counts.repeatedCitations + counts.malformedCitations
      #expect(counts.correctCitations + wrong == counts.citations, "\(text)")
      #expect(counts.supportedStatements <= counts.citedStatements, "\(text)")
      #expect(counts.citedStatements <= counts.statements, "\(text)")
      #expect((counts.statements > 0) == counts.stance.asserts, "\(text)")
    }
  }

  @Test func `hedges of any text lie within it`() {
    for text in makeTexts(count: 4000) {
      for hedge in HedgeDetector.hedges(in: text) {
        #expect(hedge.range.upperBound <= text.unicodeScalars.count, "\(text)")
      }
    }
  }
}

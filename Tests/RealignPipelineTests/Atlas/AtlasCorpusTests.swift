import RealignNumerics
import Testing

@testable import RealignPipeline

@Suite struct AtlasCorpusTests {
  private let corpus = AtlasCorpus(seed: 9, known: AtlasKnownWorld(seed: 9))

  private func rows(_ count: Int) -> [AtlasRow] {
    (0..<count).map { corpus.baseRow($0, step: 100_000) }
      + (0..<count).map { corpus.citationRow($0) }
  }

  @Test func aRowIsAPureFunctionOfItsIndex() {
    let forward = (0..<50).map { corpus.citationRow($0) }
    let backward = (0..<50).reversed().map { corpus.citationRow($0) }
    #expect(forward == backward.reversed())
    #expect(corpus.baseRow(7, step: 0) == corpus.baseRow(7, step: 0))
    #expect(corpus.baseRow(7, step: 10_000) != corpus.baseRow(8, step: 10_000))
  }

  @Test func noWordOfAHeldOutOrRealNameOccursInTrainingText() {
    var allowed = AtlasNames.reserved
    for word in ["Question:", "Answer:", "The", "not stated", "Again:"] {
      allowed.formUnion(AtlasNames.pieces(word))
    }
    for instruction in AtlasWordTask.Operation.allCases.map(\.instruction) {
      allowed.formUnion(AtlasNames.pieces(instruction))
    }
    for row in rows(1500) {
      for word in AtlasNames.pieces(row.prompt + row.completion) {
        #expect(!AtlasNames.realEntityWords.contains(word), "\(word)")
        let generated = !allowed.contains(word) && Int(word) == nil && word.count > 2
        #expect(!generated || AtlasSplit.of(word: word) == .train, "\(word)")
      }
    }
  }

  @Test func theWeightsCoverTheCompletionWithoutGaps() {
    for row in rows(300) {
      var end = 0
      for span in row.weightSpans {
        #expect(span.range.lowerBound == end)
        #expect(span.weight > 0)
        end = span.range.upperBound
      }
      #expect(end == row.completion.utf8.count)
      #expect(row.completion.hasPrefix(" ") && row.completion.hasSuffix("."))
    }
  }

  @Test func theMarkerOfACitedAnswerPointsAtThePassageWithTheValue() {
    let cited = (0..<800).map { corpus.citationRow($0) }.filter { $0.kind == .answered }
    #expect(cited.count > 300)
    for row in cited {
      guard let gold = row.gold else {
        Issue.record("an answered row without a gold passage")
        continue
      }
      let marker = " [\(gold + 1)]."
      #expect(row.completion.hasSuffix(marker))
      let value = row.completion.dropLast(marker.count).split(separator: " ").last ?? ""
      let passage = row.prompt.split(separator: "\n")[gold]
      #expect(passage.hasPrefix("[\(gold + 1)] ") && passage.hasSuffix("\(value)."))
      #expect(row.weightSpans.map(\.weight) == [1, corpus.mixture.markerWeight, 1])
    }
  }

  @Test func declinedAndUnknownRowsRefuseAndBaseRowsNeverDeclineAQuestion() {
    for row in rows(1000) {
      switch row.kind {
      case .declined, .unknown: #expect(row.completion.hasSuffix(" is not stated."))
      case .answered, .invented, .recall: #expect(!row.completion.contains("not stated"))
      case .location, .restatement, .words: break
      }
    }
    let base = (0..<1000).map { corpus.baseRow($0, step: 100_000) }
    #expect(!base.contains { $0.kind == .declined || $0.kind == .unknown })
    #expect(base.contains { $0.kind == .invented })
  }

  @Test func theCurriculumStartsWithShortEasyRows() {
    for row in (0..<300).map({ corpus.baseRow($0, step: 0) }) {
      #expect(!row.prompt.contains("[2]"))
      #expect(row.kind != .recall)
    }
    let later = (0..<300).map { corpus.baseRow($0, step: corpus.mixture.easySteps) }
    #expect(later.contains { $0.prompt.contains("[5]") })
  }
}

import RealignModels
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Training rows")
struct TrainingRowsTests {
  @Test("markers are found, other brackets are not")
  func markers() {
    #expect(TrainingRows.markerRanges(" A is B [2].") == [8..<11])
    #expect(TrainingRows.markerRanges("[1][23] x [a] [] [4") == [0..<3, 3..<7])
  }

  @Test("only marker tokens carry the marker weight")
  func weights() {
    let tokenizer = BytePairTrainer(
      vocabularySize: 280,
      specialTokens: ["<|endoftext|>"],
      addedTokens: ["[1]", "[2]"]
    ).train(["The capital of Zoria is Lonak [2]."])
    var configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: 8,
      intermediateSize: 8,
      layerCount: 1,
      headCount: 2
    )
    configuration.endOfText = [0]
    let text = TextModel(
      model: LanguageModel(randomlyInitialized: configuration, seed: 1),
      tokenizer: tokenizer
    )
    let row = TrainingRows(text: text, markerWeight: 4)
      .row(prompt: "Question:", completion: " Lonak [2].")
    let weighted = zip(row.completion, row.weights ?? []).filter { $0.1 == 4 }.map(\.0)
    #expect(weighted == [tokenizer.id(of: "[2]")])
    #expect(row.completion.last == 0)
  }

  @Test("drawing more rows than there are starts over in another order")
  func draw() {
    let rows = TrainingRows.draw(Array(0..<5), count: 12, seed: 3, name: "x")
    #expect(rows.count == 12)
    #expect(Set(rows[0..<5]) == Set(0..<5) && Set(rows[5..<10]) == Set(0..<5))
    #expect(rows == TrainingRows.draw(Array(0..<5), count: 12, seed: 3, name: "x"))
    #expect(TrainingRows.draw([Int](), count: 3, seed: 1, name: "x").isEmpty)
  }
}

import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Pair classifiers")
struct PairClassifierTests {
  private let pairs = [
    (premise: "The cat sat on the mat.", hypothesis: "A cat is sleeping?"), ("", "the"),
    (String(repeating: "is not ", count: 60), "A dog was born in Oslo, 1814!"),
  ]

  @Test("probabilities are the softmax of the logits, with labels in order")
  func softmax() throws {
    let folder = try EncoderFixture("gelu").directory()
    let classifier = try PairClassifier.load(folder.path)
    #expect(classifier.labels == ["contradiction", "Entailment", "neutral"])
    #expect(try classifier.entailmentIndex() == 1)
    #expect(try classifier.contradictionIndex() == 0)
    let tokens = pairs.map(classifier.tokens)
    #expect(tokens[0].types.contains(1) && tokens[2].count == 64 && tokens[2].removedCount > 0)
    let logits = try classifier.model.logits(tokens)
    for (row, found) in try classifier.classify(pairs).enumerated() {
      let powers = (0..<3).map { exp(Double(logits[row, $0])) }
      let expected = powers.map { $0 / powers.reduce(0, +) }
      #expect(Differences.largest(found, expected) < 1e-12)
    }
  }

  @Test("one label, or labels on their own, have a logistic probability each")
  func logistic() throws {
    let one = try EncoderFixture("relu").directory()
    let many = try EncoderFixture("gelu").directory {
      $0["problem_type"] = "multi_label_classification"
    }
    for folder in [one, many] {
      let classifier = try PairClassifier.load(folder.path)
      let logits = try classifier.model.logits(pairs.map(classifier.tokens))
      for (row, found) in try classifier.classify(pairs).enumerated() {
        let expected = classifier.labels.indices.map { 1 / (1 + exp(-Double(logits[row, $0]))) }
        #expect(Differences.largest(found, expected) < 1e-12)
      }
    }
  }

  @Test("labels without the names of entailment are an error that lists them")
  func unnamed() throws {
    let folder = try EncoderFixture("relu").directory()
    let classifier = try PairClassifier.load(folder.path)
    let error = try #require(throws: InputError.self) { try classifier.entailmentIndex() }
    #expect(error.field == "id2label" && error.found == "relevant")
    #expect(throws: InputError.self) { try classifier.contradictionIndex() }
    let twice = try EncoderFixture("gelu").directory {
      $0["id2label"] = ["0": "entailment", "1": "Entailed", "2": "contradiction"]
    }
    let ambiguous = try PairClassifier.load(twice.path)
    #expect(throws: InputError.self) { try ambiguous.entailmentIndex() }
    #expect(try ambiguous.contradictionIndex() == 2)
  }

  @Test("a model without head, a regression and a tokenizer without pairs are refused")
  func refused() throws {
    func error(_ folder: TemporaryFolder) throws -> InputError {
      try #require(throws: InputError.self) { try PairClassifier.load(folder.path) }
    }
    #expect(try error(EncoderFixture("gelu_new").directory()).field == "classifier.weight")
    let regression = try EncoderFixture("relu").directory { $0["problem_type"] = "regression" }
    #expect(try error(regression).field == "problem_type")
    let folder = try EncoderFixture("gelu").directory()
    var json = try #require(try EncoderFixture.all()["tokenizer"]?.objectValue)
    var processor = try #require(json["post_processor"]?.objectValue)
    processor["pair"] = nil
    json["post_processor"] = .object(processor)
    try folder.write(JSONValue.object(json).serialized(), to: "tokenizer.json")
    #expect(try error(folder).field == "post_processor")
  }
}

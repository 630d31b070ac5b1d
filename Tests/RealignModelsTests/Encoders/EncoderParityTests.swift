import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// Single precision on both sides: every number within 1e-4, as the decoders' log-probabilities.
@Suite("Encoders against transformers")
struct EncoderParityTests {
  @Test("hidden states, pooler and logits agree within 1e-4", arguments: EncoderFixture.names)
  func outputs(name: String) throws {
    let fixture = try EncoderFixture(name)
    let inputs = try fixture.inputs()
    let tokens = inputs.map(\.tokens)
    let states = fixture.model.hiddenStates(tokens)
    let pooler = fixture.model.poolerOutputs(tokens)
    let logits = fixture.model.hasClassifier ? try fixture.model.logits(tokens) : nil
    for (index, (_, expected)) in inputs.enumerated() {
      func distance(_ found: Tensor, _ field: String) throws -> Double {
        Differences.largest(found.values, try EncoderFixture.numbers(expected[field]))
      }
      #expect(try distance(states[index], "hidden") < 1e-4)
      #expect(try distance(pooler.rows(index..<index + 1), "pooler") < 1e-4)
      guard let logits else { continue }
      #expect(try distance(logits.rows(index..<index + 1), "logits") < 1e-4)
    }
  }

  @Test("ids and types of texts and pairs are those of tokenizers, at any greatest length")
  func tokens() throws {
    let all = try EncoderFixture.all()
    let file = try #require(all["tokenizer"]?.serializedBytes())
    let tokenizer = try ComposedTokenizer(bytes: file, file: "tokenizer.json")
    for row in try #require(all["tokens"]?.arrayValue) {
      let object = try #require(row.objectValue)
      let first = try #require(object["first"]?.stringValue)
      let length = object["length"]?.intValue
      let found =
        object["second"]?.stringValue.map {
          tokenizer.encodePair(first, $0, maximumLength: length)
        } ?? tokenizer.encodeTyped(first, maximumLength: length)
      let expected = try EncoderFixture.tokens(object)
      #expect(found?.ids == expected.ids, "\(row)")
      #expect(found?.types == expected.types, "\(row)")
    }
  }

  @Test("embeddings of texts agree within 1e-5", arguments: EncoderFixture.names)
  func embeddings(name: String) throws {
    let fixture = try EncoderFixture(name)
    let folder = try fixture.directory()
    let encoder = try SentenceEncoder.load(folder.path)
    let found = try encoder.embed(EncoderFixture.texts())
    let expected = try #require(fixture.golden["embeddings"]?.arrayValue)
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) {
      #expect(Differences.largest(a, try EncoderFixture.numbers(b)) < 1e-5)
    }
  }
}

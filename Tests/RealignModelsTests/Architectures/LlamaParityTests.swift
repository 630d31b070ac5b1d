import RealignModels
import RealignNumerics
import RealignText
import Testing

@Suite("Llama against transformers")
struct LlamaParityTests {
  struct Case: Sendable {
    let name: String
    let golden: JSONObject
    let model: LanguageModel
    let sequences: [TokenSequence]
    let expected: [[Double]]
  }

  static func load(_ name: String) throws -> Case {
    let all = try Fixtures.json("llama.json")
    let golden = try #require(all["variants"]?.objectValue?[name]?.objectValue)
    let rows = try #require(golden["sequences"]?.arrayValue)
    return Case(
      name: name,
      golden: golden,
      model: try ModelDirectory.load(Fixtures.goldens + "/llama-" + name),
      sequences: try rows.map { row in
        let ids = try #require(row.objectValue?["ids"]?.arrayValue)
        return TokenSequence(
          ids: ids.compactMap { $0.intValue.map(Int32.init) },
          completionStart: 1
        )
      },
      expected: try rows.map {
        try #require($0.objectValue?["logprobs"]?.arrayValue).compactMap(\.doubleValue)
      }
    )
  }

  @Test("log-probabilities agree within 1e-4", arguments: ["tied", "biased"])
  func logProbabilities(name: String) throws {
    let test = try Self.load(name)
    let scores = test.model.score(test.sequences)
    for (score, expected) in zip(scores, test.expected) {
      #expect(score.logProbabilities.count == expected.count)
      for (a, b) in zip(score.logProbabilities, expected) {
        #expect(abs(Double(a) - b) < 1e-4)
      }
    }
  }

  /// Single-precision sums in another order than torch's: a relative 1e-3 of the tensor's norm.
  @Test("gradients of every parameter agree with autograd", arguments: ["tied", "biased"])
  func gradients(name: String) throws {
    let test = try Self.load(name)
    var batch = PackedBatch()
    for sequence in test.sequences { batch.append(sequence) }
    let gradients = Gradients(for: test.model)
    let scale = Float(-1 / Double(batch.targets.count))
    let statistics = test.model.supervisedStep(
      batch,
      coefficients: batch.targets.map { _ in scale },
      gradients: gradients,
      activations: Activations(),
      randomness: nil
    )
    let loss =
      -statistics.logProbabilities.reduce(0) { $0 + Double($1) } / Double(batch.targets.count)
    #expect(abs(loss - (try #require(test.golden["loss"]?.doubleValue))) < 1e-4)
    let expected = try #require(test.golden["gradients"]?.objectValue)
    for entry in test.model.layout.entries {
      let reference = try #require(expected[entry.name]?.objectValue)
      let norm = try #require(reference["norm"]?.doubleValue)
      let values = gradients.trainable.slice(entry.range).values
      let own = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(own - norm) < 1e-3 * norm, "\(entry.name)")
      let first = try #require(reference["first"]?.arrayValue).compactMap(\.doubleValue)
      let last = try #require(reference["last"]?.arrayValue).compactMap(\.doubleValue)
      for (a, b) in zip(values.prefix(4), first) {
        #expect(abs(Double(a) - b) < 1e-3 * norm, "\(entry.name)")
      }
      for (a, b) in zip(values.suffix(4), last) {
        #expect(abs(Double(a) - b) < 1e-3 * norm, "\(entry.name)")
      }
    }
  }

  @Test("greedy generation agrees token for token", arguments: ["tied", "biased"])
  func greedy(name: String) throws {
    let test = try Self.load(name)
    let golden = try #require(test.golden["greedy"]?.objectValue)
    let prompt = try #require(golden["prompt"]?.arrayValue).compactMap { $0.intValue }
    var expected = try #require(golden["ids"]?.arrayValue).compactMap { $0.intValue }
    if expected.last == 1 { expected.removeLast() }
    let result = try Generator(
      model: test.model,
      options: GenerationOptions(maximumNewTokens: 12, endTokens: [1])
    ).generate([prompt.map(Int32.init)])
    #expect(result[0].ids.map(Int.init) == expected)
  }
}

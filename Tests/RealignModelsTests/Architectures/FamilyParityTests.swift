import RealignModels
import RealignNumerics
import RealignText
import Testing

/// Single precision on both sides: log-probabilities within 1e-4, gradients within a relative 1e-3.
@Suite("Every family against transformers")
struct FamilyParityTests {
  @Test("every architecture has reference values")
  func covered() throws {
    var covered: [String] = []
    for name in Family.names { covered.append(try Family(name).model.configuration.modelType) }
    for architecture in Architectures.all {
      #expect(covered.contains(architecture.modelType), "\(architecture.modelType)")
    }
  }

  @Test("log-probabilities agree within 1e-4", arguments: Family.names)
  func logProbabilities(name: String) throws {
    let family = try Family(name)
    let rows = try family.scored()
    let scores = family.model.score(rows.map(\.sequence))
    for (score, row) in zip(scores, rows) {
      #expect(score.logProbabilities.count == row.expected.count)
      for (a, b) in zip(score.logProbabilities, row.expected) {
        #expect(abs(Double(a) - b) < 1e-4)
      }
    }
  }

  @Test("gradients of every parameter agree with autograd", arguments: Family.names)
  func gradients(name: String) throws {
    let family = try Family(name)
    let model = family.model
    var batch = PackedBatch()
    for row in try family.scored() { batch.append(row.sequence) }
    let gradients = Gradients(for: model)
    let scale = Float(-1 / Double(batch.targets.count))
    let statistics = model.supervisedStep(
      batch,
      coefficients: batch.targets.map { _ in scale },
      gradients: gradients,
      activations: Activations(),
      randomness: nil
    )
    let sum = statistics.logProbabilities.reduce(0) { $0 + Double($1) }
    let loss = try #require(family.golden["loss"]?.doubleValue)
    #expect(abs(-sum / Double(batch.targets.count) - loss) < 1e-4)
    let expected = try #require(family.golden["gradients"]?.objectValue)
    #expect(expected.keys.sorted() == model.layout.entries.map(\.name).sorted())
    for entry in model.layout.entries {
      let reference = try #require(expected[entry.name]?.arrayValue).compactMap(\.doubleValue)
      let own = Self.summary(of: gradients.trainable.slice(entry.range), entry: entry)
      // The gradient of a key bias without positions is zero in exact arithmetic: rounding remains.
      let tolerance = 1e-3 * max(reference[0], 1e-3)
      for (a, b) in zip(own, reference) {
        #expect(abs(a - b) < tolerance, "\(entry.name): \(own) \(reference)")
      }
    }
  }

  /// Norm and products with two directions, in the order of the checkpoint's elements.
  static func summary(of gradient: Tensor, entry: ParameterLayout.Entry) -> [Double] {
    let matrix = gradient.reshaped(rows: entry.rows, columns: entry.columns)
    let values = (entry.isStoredTransposed ? matrix.transposed() : matrix).values.map(Double.init)
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return [norm]
      + (1...2).map { k in
        let direction = Family.formula("\(entry.name)/\(k)", count: values.count)
        return zip(values, direction).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
  }

  @Test("greedy generation agrees token for token, past every window", arguments: Family.names)
  func greedy(name: String) throws {
    let family = try Family(name)
    let golden = try #require(family.golden["greedy"]?.objectValue)
    let prompt = try #require(golden["prompt"]?.arrayValue).compactMap(\.intValue)
    let expected = try #require(golden["ids"]?.arrayValue).compactMap(\.intValue)
    let result = try Generator(
      model: family.model,
      options: GenerationOptions(maximumNewTokens: expected.count)
    ).generate([prompt.map(Int32.init)])
    #expect(result[0].ids.map(Int.init) == expected)
  }
}

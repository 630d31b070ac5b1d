import RealignModels
import RealignNumerics
import Testing

@Suite("Gradients by finite differences")
struct GradientTests {
  static let batch: PackedBatch = {
    var batch = PackedBatch()
    batch.append(TokenSequence(ids: [2, 5, 9, 14, 3, 1], completionStart: 2))
    batch.append(prompt: [7, 8, 11], completions: [[4, 1], [6, 13, 1]])
    return batch
  }()

  static let coefficients = lossCoefficients(batch)

  static func lossCoefficients(_ batch: PackedBatch) -> [Float] {
    batch.targets.indices.map { Float($0 % 4) * 0.25 - 0.6 }
  }

  static func objective(_ model: LanguageModel, _ batch: PackedBatch) -> Double {
    let statistics = model.statistics(batch, activations: Activations(training: false))
    return zip(statistics.logProbabilities, lossCoefficients(batch)).reduce(0) {
      $0 + Double($1.0) * Double($1.1)
    }
  }

  /// Compares directional derivatives: along each parameter's own gradient the central difference
  /// must give its norm.
  ///
  /// Single precision with steps of 1e-2 in that direction, or such as change the objective by
  /// 0.03, leaves about 1 %.
  static func check(_ model: LanguageModel, batch: PackedBatch = GradientTests.batch) {
    let gradients = Gradients(for: model)
    _ = model.supervisedStep(
      batch,
      coefficients: lossCoefficients(batch),
      gradients: gradients,
      activations: Activations(),
      randomness: nil
    )
    let trainable = model.trainable
    for entry in trainable.layout.entries {
      let gradient = gradients.trainable.slice(entry.range).values
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard norm > 1e-3 else { continue }
      let place = trainable.values.slice(entry.range)
      let original = place.values
      let step = min(1e-2, 0.03 / norm)
      func value(_ sign: Double) -> Double {
        place.copy(
          from: zip(original, gradient).map {
            $0 + Float(sign * step * Double($1) / norm)
          }
        )
        return objective(model, batch)
      }
      let slope = (value(1) - value(-1)) / (2 * step)
      place.copy(from: original)
      #expect(abs(slope - norm) < 0.02 * norm + 1e-3, "\(entry.name): \(slope) \(norm)")
    }
  }

  @Test("all weights of a tied model")
  func tied() { Self.check(Fixtures.tinyModel()) }

  @Test("all weights of an untied model with biases")
  func biased() { Self.check(Fixtures.tinyModel(biases: true, tied: false)) }

  @Test("adapters on every projection")
  func adapters() {
    var model = Fixtures.tinyModel(biases: true)
    model.adapter = Fixtures.adapter(for: model)
    Self.check(model)
  }

  @Test("full copies beside an adapter", arguments: [true, false])
  func copies(tied: Bool) {
    var model = Fixtures.tinyModel(tied: tied)
    model.adapter = Fixtures.adapter(
      for: model,
      modulesToSave: ["embed_tokens", "layernorm", "norm", "lm_head"]
    )
    Self.check(model)
  }

  @Test("the norm of the first block alone")
  func firstNorm() {
    var model = Fixtures.tinyModel()
    model.adapter = Fixtures.adapter(for: model, modulesToSave: ["layers.0.input_layernorm"])
    Self.check(model)
  }

  @Test("adapter dropout: the gradient belongs to the masked forward pass")
  func dropout() {
    var model = Fixtures.tinyModel()
    model.adapter = Fixtures.adapter(for: model, dropout: 0.4)
    let randomness = StepRandomness(seed: 9, step: 4)
    func objective() -> Double {
      let scratch = Gradients(for: model)
      let statistics = model.supervisedStep(
        Self.batch,
        coefficients: Self.coefficients,
        gradients: scratch,
        activations: Activations(),
        randomness: randomness
      )
      return zip(statistics.logProbabilities, Self.coefficients).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
    }
    let gradients = Gradients(for: model)
    _ = model.supervisedStep(
      Self.batch,
      coefficients: Self.coefficients,
      gradients: gradients,
      activations: Activations(),
      randomness: randomness
    )
    let gradient = gradients.trainable.values
    let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let values = model.trainable.values
    let original = values.values
    // Such as change the objective by 0.03: it is curved where a mask doubles adapters.
    let step = 0.03 / norm
    func moved(_ sign: Double) -> Double {
      values.copy(from: zip(original, gradient).map { $0 + Float(sign * step * Double($1) / norm) })
      return objective()
    }
    let slope = (moved(1) - moved(-1)) / (2 * step)
    values.copy(from: original)
    #expect(abs(slope - norm) < 0.005 * norm)
  }

  @Test("logits that are kept from the measurement give the bits of those computed again")
  func keptLogits() {
    let model = Fixtures.tinyModel()
    let kept = Gradients(for: model)
    let again = Gradients(for: model)
    var seen: [Float] = []
    let measured = model.trainStep(
      Self.batch,
      gradients: kept,
      activations: Activations(),
      randomness: nil
    ) {
      seen = $0.logProbabilities
      return Self.coefficients
    }
    let statistics = model.supervisedStep(
      Self.batch,
      coefficients: Self.coefficients,
      gradients: again,
      activations: Activations(),
      randomness: nil
    )
    #expect(seen == statistics.logProbabilities)
    #expect(measured.entropies == statistics.entropies)
    #expect(kept.trainable.values == again.trainable.values)
  }
}

import RealignModels
import RealignNumerics
import Testing

/// Blocks that are computed again in backward give what kept ones give, bit for bit.
@Suite("Recomputation of activations")
struct RecomputationTests {
  /// What is trained.
  enum Trained: String, CaseIterable, Sendable {
    case all, adapter, dropout, decomposed, decomposedDropout, copies

    func model(_ base: LanguageModel) -> LanguageModel {
      guard self != .all else { return base }
      var model = base
      model.adapter = Fixtures.adapter(
        for: base,
        dropout: self == .dropout || self == .decomposedDropout ? 0.3 : 0,
        decomposed: self == .decomposed || self == .decomposedDropout,
        modulesToSave: self == .copies ? ["norm"] : []
      )
      return model
    }
  }

  /// Gradients and statistics of steps of different sizes with the same activations.
  private func steps(
    _ model: LanguageModel,
    recomputes: Bool
  ) -> (gradients: [[Float]], logProbabilities: [[Float]]) {
    let activations = Activations(recomputes: recomputes)
    var small = PackedBatch()
    small.append(TokenSequence(ids: Family.tokens(5, seed: 8), completionStart: 1))
    var result: (gradients: [[Float]], logProbabilities: [[Float]]) = ([], [])
    for (step, batch) in [small, ArchitectureContractTests.batch, small].enumerated() {
      let gradients = Gradients(for: model)
      let randomness = StepRandomness(seed: 3, step: step)
      let coefficients = GradientTests.lossCoefficients(batch)
      let supervised = model.supervisedStep(
        batch,
        coefficients: coefficients,
        gradients: gradients,
        activations: activations,
        randomness: randomness
      )
      result.gradients.append(gradients.trainable.values)
      let statistics = model.trainStep(
        batch,
        gradients: gradients,
        activations: activations,
        randomness: randomness
      ) { _ in coefficients }
      result.gradients.append(gradients.trainable.values)
      result.logProbabilities += [supervised.logProbabilities, statistics.logProbabilities]
    }
    return result
  }

  @Test("gradients and losses have the same bits", arguments: Family.names, Trained.allCases)
  func bits(name: String, trained: Trained) throws {
    let model = trained.model(try Family(name).model)
    let kept = steps(model, recomputes: false)
    let recomputed = steps(model, recomputes: true)
    #expect(recomputed.gradients == kept.gradients)
    #expect(recomputed.logProbabilities == kept.logProbabilities)
    #expect(kept.gradients.allSatisfy { $0.contains { $0 != 0 } })
    // Steps draw dropout of their own, so the last is not the first.
    let drops = trained == .dropout || trained == .decomposedDropout
    #expect((kept.gradients[0] != kept.gradients[4]) == drops)
  }

  @Test("one block needs nothing again", arguments: Trained.allCases)
  func oneBlock(trained: Trained) {
    let c = ModelConfiguration(
      vocabularySize: 51,
      hiddenSize: 16,
      intermediateSize: 24,
      layerCount: 1,
      headCount: 4,
      keyValueHeadCount: 2,
      headDimension: 4,
      maximumPositions: 64
    )
    let model = trained.model(LanguageModel(randomlyInitialized: c, seed: 2))
    let kept = steps(model, recomputes: false)
    let recomputed = steps(model, recomputes: true)
    #expect(recomputed.gradients == kept.gradients)
    #expect(recomputed.logProbabilities == kept.logProbabilities)
  }
}

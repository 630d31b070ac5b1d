import RealignModels
import RealignNumerics
import Testing

@testable import RealignPipeline

@Suite("Adjustments and interpolation")
struct AdjustmentTests {
  @Test("factors compound over rounds")
  func compound() {
    let twice = Adjustment().afterDrift().afterLoss()
    #expect(twice == Adjustment(beta: 3, learningRate: 0.25, steps: 0.7))
    #expect(Adjustment().afterStall() == Adjustment(beta: 0.8, learningRate: 1.5, steps: 1))
  }

  @Test("interpolated weights lie between the two models and leave both alone")
  func interpolation() {
    let configuration = ModelConfiguration(
      vocabularySize: 11,
      hiddenSize: 8,
      intermediateSize: 8,
      layerCount: 1,
      headCount: 2
    )
    let a = LanguageModel(randomlyInitialized: configuration, seed: 1)
    let b = LanguageModel(randomlyInitialized: configuration, seed: 2)
    let before = (a.parameters.values, b.parameters.values)
    let middle = PreferenceRound.between(a, b, share: 0.25).parameters.values
    for index in middle.indices {
      let expected = 0.75 * before.0[index] + 0.25 * before.1[index]
      #expect(abs(middle[index] - expected) < 1e-6)
    }
    #expect(a.parameters.values == before.0 && b.parameters.values == before.1)
    #expect(PreferenceRound.between(a, b, share: 0).parameters.values == before.0)
  }
}

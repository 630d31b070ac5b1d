import RealignModels
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite("Forecast of a training")
struct TrainingForecastTests {
  @Test("operations are counted from tokens, weights and passes")
  func operations() {
    let model = LanguageModel(
      randomlyInitialized: ModelConfiguration(
        vocabularySize: 10,
        hiddenSize: 4,
        intermediateSize: 6,
        layerCount: 2,
        headCount: 2,
        keyValueHeadCount: 1,
        maximumPositions: 16
      ),
      seed: 1
    )
    var settings = TrainerSettings()
    settings.perDeviceTrainBatchSize = 2
    settings.gradientAccumulationSteps = 1
    settings.numTrainEpochs = 3
    settings.maxSteps = 0
    func forecast(reference: Bool = false) -> TrainingForecast {
      TrainingForecast(
        model: model,
        rows: [4, 8, 6, 6],
        settings: settings,
        hasReference: reference
      )
    }
    // 24 tokens, three epochs; segments of 6 tokens on average attend to 6 / 2 on average.
    let linear = 2 * Double(model.parameterCount)
    let attention = 4.0 * 3 * 4 * 2
    #expect(forecast().steps == 6)
    #expect(forecast().operations == 24 * 3 * 3 * (linear + attention))
    #expect(
      forecast(reference: true).operations - forecast().operations == 24 * (linear + attention)
    )
    settings.maxSteps = 4
    #expect(forecast().operations == 24 * 2 * 3 * (linear + attention))
    #expect(forecast().seconds(gflops: 2) == forecast().operations / 2e9)
  }

  @Test("times are said in units that people use")
  func shown() {
    #expect(TrainingForecast.shown(0.2) == "about a second")
    #expect(TrainingForecast.shown(89) == "about 89 seconds")
    #expect(TrainingForecast.shown(600) == "about 10 minutes")
    #expect(TrainingForecast.shown(9000) == "about 2.5 hours")
  }
}

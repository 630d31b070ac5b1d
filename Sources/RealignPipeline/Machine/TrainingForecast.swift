import RealignModels
import RealignTraining

/// How long a training will take, from its sizes and the calibration alone.
struct TrainingForecast: Sendable, Equatable {
  /// Floating-point operations of the whole training.
  let operations: Double
  /// Updates.
  let steps: Int

  /// A training.
  ///
  /// Counts two operations per weight and token for a forward pass, as many again for the
  /// gradients of inputs and, where all weights are trained, of weights; attention as a causal
  /// segment of the mean length. Every token is counted as if its next token were asked for.
  ///
  /// - Parameters:
  ///   - model: The model with its adapters in place.
  ///   - rows: Tokens of every row.
  ///   - settings: Steps and batch.
  ///   - hasReference: Whether all rows are scored once by the starting model.
  init(model: LanguageModel, rows: [Int], settings: TrainerSettings, hasReference: Bool) {
    let tokens = Double(rows.reduce(0, +))
    let mean = rows.isEmpty ? 0 : tokens / Double(rows.count)
    let configuration = model.configuration
    let linear = 2 * Double(model.parameterCount)
    let attention = 2 * mean * Double(configuration.hiddenSize * configuration.layerCount)
    let perToken = (model.adapter == nil ? 3 : 2) * linear + 3 * attention
    steps = settings.totalSteps(rows: rows.count)
    let perStep = settings.perDeviceTrainBatchSize * settings.gradientAccumulationSteps
    // The last step of an epoch may have fewer rows.
    let epochs =
      settings.maxSteps > 0
      ? Double(steps * perStep) / Double(max(rows.count, 1)) : settings.numTrainEpochs
    operations =
      tokens * (epochs * perToken + (hasReference ? linear + attention : 0))
  }

  /// Seconds at a rate in GFLOPS.
  func seconds(gflops: Double) -> Double { operations / (1e9 * gflops) }

  /// `about 12 minutes`, in units that leave two digits.
  static func shown(_ seconds: Double) -> String {
    switch seconds {
    case ..<1.5: "about a second"
    case ..<90: "about \(Count.decimal(seconds, places: 0)) seconds"
    case ..<5400: "about \(Count.decimal(seconds / 60, places: 0)) minutes"
    default: "about \(Count.decimal(seconds / 3600, places: 1)) hours"
    }
  }
}

import RealignModels
import RealignNumerics

/// AdamW over one flat set of parameters (Loshchilov & Hutter 2019, with torch's epsilon).
struct AdamWState {
  let parameters: Tensor
  let firstMoment: Tensor
  let secondMoment: Tensor
  private let decayRanges: [Range<Int>]
  private let settings: TrainerSettings

  init(_ trainable: (layout: ParameterLayout, values: Tensor), settings: TrainerSettings) {
    parameters = trainable.values
    firstMoment = Tensor(rows: 1, columns: trainable.layout.count)
    secondMoment = Tensor(rows: 1, columns: trainable.layout.count)
    decayRanges = trainable.layout.decayRanges
    self.settings = settings
  }

  /// One update; `step` counts from 1.
  func update(gradients: Tensor, learningRate: Double, gradientScale: Double, step: Int) {
    AdamW.update(
      parameters: parameters,
      gradients: gradients,
      firstMoment: firstMoment,
      secondMoment: secondMoment,
      decayMask: decayRanges,
      learningRate: learningRate,
      beta1: settings.beta1,
      beta2: settings.beta2,
      epsilon: settings.epsilon,
      weightDecay: settings.weightDecay,
      step: step,
      gradientScale: gradientScale
    )
  }
}

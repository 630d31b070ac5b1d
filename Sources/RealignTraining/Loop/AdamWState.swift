import RealignModels
import RealignNumerics

/// AdamW over one flat set of parameters, or over a rank's slice of it (Loshchilov & Hutter 2019,
/// with torch's epsilon).
struct AdamWState {
  /// All of them, on every rank.
  let parameters: Tensor
  /// The part that this rank updates and whose moments it has.
  let slice: Range<Int>
  let firstMoment: Tensor
  let secondMoment: Tensor
  private let decayRanges: [Range<Int>]
  private let settings: TrainerSettings

  /// - Parameter slice: Nil for all parameters.
  init(
    _ trainable: (layout: ParameterLayout, values: Tensor),
    slice: Range<Int>? = nil,
    settings: TrainerSettings
  ) {
    let slice = slice ?? 0..<trainable.layout.count
    self.slice = slice
    parameters = trainable.values
    firstMoment = Tensor(rows: 1, columns: slice.count)
    secondMoment = Tensor(rows: 1, columns: slice.count)
    decayRanges = trainable.layout.decayRanges.compactMap { range in
      let (own, start) = (range.clamped(to: slice), slice.lowerBound)
      return own.isEmpty ? nil : own.lowerBound - start..<own.upperBound - start
    }
    self.settings = settings
  }

  /// The moments under the names that checkpoints give them.
  var moments: [(name: String, values: Tensor)] {
    [("first_moment", firstMoment), ("second_moment", secondMoment)]
  }

  /// One update; `step` counts from 1.
  ///
  /// - Parameter gradients: Of all parameters; those of the slice are read.
  func update(gradients: Tensor, learningRate: Double, gradientScale: Double, step: Int) {
    AdamW.update(
      parameters: parameters.slice(slice),
      gradients: gradients.slice(slice),
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

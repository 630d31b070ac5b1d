import CRealignKernels
import Foundation

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).
public enum AdamW {
  /// One update of flat parameters in place.
  ///
  /// As in torch: the decay is `learningRate * weightDecay` of the parameter, moments are corrected
  /// for bias, and epsilon stands outside the root.
  ///
  /// - Parameters:
  ///   - parameters: Contiguous, any shape.
  ///   - gradients: As many; multiplied by `gradientScale` on the way in.
  ///   - firstMoment: Running mean of the gradient, as many.
  ///   - secondMoment: Running mean of its square, as many.
  ///   - decayMask: Ranges of flat indices that decay, ascending and disjoint.
  ///   - step: 1 for the first update.
  ///   - gradientScale: Such as the clipping factor.
  public static func update(
    parameters: Tensor,
    gradients: Tensor,
    firstMoment: Tensor,
    secondMoment: Tensor,
    decayMask: [Range<Int>],
    learningRate: Double,
    beta1: Double,
    beta2: Double,
    epsilon: Double,
    weightDecay: Double,
    step: Int,
    gradientScale: Double = 1
  ) {
    let count = parameters.count
    for (tensor, name) in [
      (parameters, "parameters"), (gradients, "gradients"), (firstMoment, "firstMoment"),
      (secondMoment, "secondMoment"),
    ] { tensor.requireVector(count, name) }
    precondition(step >= 1, "step \(step)")
    let correction1 = 1 - pow(beta1, Double(step))
    let correction2 = 1 - pow(beta2, Double(step))
    let plain = rk_adamw_step(
      keep: 1,
      step_size: Float(learningRate / correction1),
      beta1: Float(beta1),
      one_minus_beta1: Float(1 - beta1),
      beta2: Float(beta2),
      one_minus_beta2: Float(1 - beta2),
      inverse_root: Float(1 / correction2.squareRoot()),
      epsilon: Float(epsilon),
      gradient_scale: Float(gradientScale)
    )
    var decaying = plain
    decaying.keep = Float(1 - learningRate * weightDecay)
    let pieces = pieces(count: count, decayMask: decayMask)
    Parallel.run(pieces.count) { [decaying] index in
      let (range, decays) = pieces[index]
      let start = range.lowerBound
      rk_adamw(
        parameters.pointer + start,
        firstMoment.pointer + start,
        secondMoment.pointer + start,
        gradients.pointer + start,
        range.count,
        decays ? decaying : plain
      )
    }
  }

  /// Cuts 0..<count at the borders of the mask and into blocks.
  private static func pieces(
    count: Int,
    decayMask: [Range<Int>]
  ) -> [(range: Range<Int>, decays: Bool)] {
    var result: [(range: Range<Int>, decays: Bool)] = []
    var position = 0
    func append(upTo end: Int, decays: Bool) {
      while position < end {
        let next = min(end, position + Tensor.elementsPerBlock)
        result.append((position..<next, decays))
        position = next
      }
    }
    for range in decayMask {
      precondition(
        range.lowerBound >= position && range.upperBound <= count,
        "decay range \(range) after \(position) in \(count) parameters"
      )
      append(upTo: range.lowerBound, decays: false)
      append(upTo: range.upperBound, decays: true)
    }
    append(upTo: count, decays: false)
    return result
  }
}

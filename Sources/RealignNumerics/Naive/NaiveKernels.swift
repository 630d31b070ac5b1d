import CRealignNaive

/// The kernels of this module by their definitions, in plain C on one thread: what `realign bench`
/// checks kernels against before it times both.
///
/// Tensors are contiguous; arguments are those of the function of the same purpose.
package enum NaiveKernels {
  /// y += scale · x.
  package static func add(_ x: Tensor, scale: Float, to y: Tensor) {
    rn_add_scaled(start(y, like: x), start(x), y.count, scale)
  }

  /// y *= x, element by element.
  package static func multiply(_ y: Tensor, by x: Tensor) {
    rn_multiply(start(y, like: x), start(x), y.count)
  }

  /// x *= scale.
  package static func scale(_ x: Tensor, by scale: Float) { rn_scale(start(x), x.count, scale) }

  /// y += share · (x - y).
  package static func interpolate(_ y: Tensor, toward x: Tensor, by share: Float) {
    rn_interpolate(start(y, like: x), start(x), y.count, share)
  }

  /// The sum of squares.
  package static func sumOfSquares(_ x: Tensor) -> Double {
    rn_sum_of_squares(start(x), x.count)
  }

  /// Whether no element is infinite or not a number.
  package static func isFinite(_ x: Tensor) -> Bool { rn_all_finite(start(x), x.count) == 1 }

  /// One update by AdamW; every parameter decays.
  package static func adamW(
    parameters: Tensor,
    gradients: Tensor,
    firstMoment: Tensor,
    secondMoment: Tensor,
    settings: (rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double),
    step: Int
  ) {
    rn_adamw(
      start(parameters),
      start(firstMoment, like: parameters),
      start(secondMoment, like: parameters),
      start(gradients, like: parameters),
      parameters.count,
      settings.rate,
      settings.beta1,
      settings.beta2,
      settings.epsilon,
      settings.decay,
      step
    )
  }

  /// The elements of x in single precision.
  package static func widen(_ x: HalfTensor, into out: Tensor) {
    out.requireShape(x.rows, x.columns, "out")
    if x.type == .f16 {
      rn_widen_float16(start(out), x.row(0), x.count)
    } else {
      rn_widen_bfloat16(start(out), x.row(0), x.count)
    }
  }

  /// The elements of x rounded to the type of `out`.
  package static func narrow(_ x: Tensor, into out: HalfTensor) {
    x.requireShape(out.rows, out.columns, "x")
    if out.type == .f16 {
      rn_narrow_float16(out.row(0), start(x), x.count)
    } else {
      rn_narrow_bfloat16(out.row(0), start(x), x.count)
    }
  }

  /// out (S, C) = the mean of the rows of x (T, C) in each of S ranges.
  package static func meanOfRows(_ x: Tensor, _ ranges: [Range<Int>], into out: Tensor) {
    for (index, range) in ranges.enumerated() {
      rn_mean_of_rows(out.row(index), start(x.rows(range)), range.count, x.columns)
    }
  }

  /// out (S, C) = the largest of each column of x (T, C) in each of S ranges.
  package static func maxOfRows(_ x: Tensor, _ ranges: [Range<Int>], into out: Tensor) {
    for (index, range) in ranges.enumerated() {
      rn_max_of_rows(out.row(index), start(x.rows(range)), range.count, x.columns)
    }
  }

  /// The memory of a contiguous tensor.
  static func start(_ x: Tensor) -> UnsafeMutablePointer<Float> {
    precondition(x.isContiguous, "\(x) with gaps between its rows")
    return x.pointer
  }

  /// The memory of a contiguous tensor with as many elements as another.
  static func start(_ x: Tensor, like other: Tensor) -> UnsafeMutablePointer<Float> {
    precondition(x.count == other.count, "\(x) beside \(other)")
    return start(x)
  }
}

import RealignNumerics

/// A projection `y = x Wᵀ + b`, with low-rank adapters on parts of its output.
///
/// `weight` is (out, in). Several checkpoint matrices that share an input (query, key and value;
/// gate and up) are one `Linear`, since they lie side by side in the flat parameters.
struct Linear {
  let weight: WeightMatrix
  let bias: Tensor?
  var adapters: [LowRankSlice] = []

  /// One adapter: `y[:, outputs] += scale · (x Aᵀ) Bᵀ`.
  struct LowRankSlice {
    /// Shape (rank, in).
    let a: Tensor
    /// Shape (out, rank).
    let b: Tensor
    /// The columns of the output it changes.
    let outputs: Range<Int>
    let scale: Float
  }

  /// Gradients of the weights; nil where frozen.
  struct Gradient {
    var weight: Tensor?
    var bias: Tensor?
    var adapters: [(a: Tensor, b: Tensor)] = []
  }

  /// y (T, out) = x (T, in) Wᵀ + b; `reduced[i]` (T, rank) keeps x Aᵀ for backward.
  func forward(_ x: Tensor, into y: Tensor, reduced: [Tensor], adapterInputs: [Tensor]?) {
    Matrix.multiply(x, weight, into: y, transposeB: true)
    if let bias {
      Matrix.multiply(Self.ones(x.rows), bias, into: y, accumulate: true)
    }
    for (index, adapter) in adapters.enumerated() {
      let input = adapterInputs?[index] ?? x
      Matrix.multiply(input, adapter.a, into: reduced[index], transposeB: true)
      Matrix.multiply(
        reduced[index],
        adapter.b,
        into: y.columns(adapter.outputs),
        transposeB: true,
        alpha: adapter.scale,
        accumulate: true
      )
    }
  }

  /// Parameter gradients += and, unless nil, `gradientX` (T, in) = the input's gradient.
  func backward(
    gradient: Tensor,
    x: Tensor,
    reduced: [Tensor],
    scratch: [Tensor],
    gradientX: Tensor?,
    into parameters: Gradient,
    dropout: LowRankDropout?
  ) {
    if let gradientWeight = parameters.weight {
      Matrix.multiply(gradient, x, into: gradientWeight, transposeA: true, accumulate: true)
    }
    if let gradientBias = parameters.bias {
      Matrix.multiply(
        Self.ones(x.rows),
        gradient,
        into: gradientBias,
        transposeA: true,
        accumulate: true
      )
    }
    if let gradientX {
      Matrix.multiply(gradient, weight, into: gradientX)
    }
    for (index, adapter) in adapters.enumerated() {
      let part = gradient.columns(adapter.outputs)
      let gradientReduced = scratch[index]
      Matrix.multiply(part, adapter.b, into: gradientReduced, alpha: adapter.scale)
      if index < parameters.adapters.count {
        Matrix.multiply(
          part,
          reduced[index],
          into: parameters.adapters[index].b,
          transposeA: true,
          alpha: adapter.scale,
          accumulate: true
        )
        Matrix.multiply(
          gradientReduced,
          dropout?.inputs[index] ?? x,
          into: parameters.adapters[index].a,
          transposeA: true,
          accumulate: true
        )
      }
      guard let gradientX else { continue }
      if let dropout {
        dropout.addInputGradient(gradientReduced, a: adapter.a, index: index, into: gradientX)
      } else {
        Matrix.multiply(gradientReduced, adapter.a, into: gradientX, accumulate: true)
      }
    }
  }

  /// A column of ones: broadcasting and summing rows are products with it.
  private static func ones(_ rows: Int) -> Tensor {
    let column = Tensor(rows: rows, columns: 1)
    column.fill(1)
    return column
  }
}

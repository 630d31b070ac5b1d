import RealignNumerics

/// A projection `y = x Wᵀ + b`, with low-rank adapters on parts of its output.
///
/// `weight` is (out, in). Several checkpoint matrices that share an input (query, key and value;
/// gate and up) are one `Linear`, since they lie side by side in the flat parameters.
struct Linear {
  let weight: WeightMatrix
  let bias: Tensor?
  var adapters: [LowRankSlice] = []

  /// One adapter: `y[:, outputs] += scale · (x Aᵀ) Bᵀ`, or what `WeightDecomposition` says.
  struct LowRankSlice {
    /// Shape (rank, in).
    let a: Tensor
    /// Shape (out, rank).
    let b: Tensor
    /// (1, out) where magnitude and direction are trained apart.
    var magnitude: Tensor?
    /// 1 / ‖W + scale·B·A‖, (1, out), where it is known that no weight changes.
    var inverseNorms: Tensor?
    /// The columns of the output it changes.
    let outputs: Range<Int>
    let scale: Float
  }

  /// What a forward pass keeps of the adapters for backward.
  struct LowRankState {
    /// x Aᵀ, (T, rank), of every adapter.
    let reduced: [Tensor]
    let dropout: LowRankDropout?
    let decompositions: [WeightDecomposition?]
  }

  /// Gradients of one adapter.
  struct LowRankGradient {
    let a: Tensor
    let b: Tensor
    let magnitude: Tensor?
  }

  /// Gradients of the weights; nil where frozen.
  struct Gradient {
    var weight: Tensor?
    var bias: Tensor?
    var adapters: [LowRankGradient] = []
  }

  /// y (T, out) = x (T, in) Wᵀ + b; `reduced[i]` (T, rank) keeps x Aᵀ for backward.
  ///
  /// - Returns: What backward needs of each adapter whose magnitude is trained apart.
  @discardableResult
  func forward(
    _ x: Tensor,
    into y: Tensor,
    reduced: [Tensor],
    adapterInputs: MaskedInputs?
  ) -> [WeightDecomposition?] {
    Matrix.multiply(x, weight, into: y, transposeB: true)
    // The bias is no part of what magnitudes scale.
    let isDecomposed = adapters.contains { $0.magnitude != nil }
    if !isDecomposed { addBias(to: y) }
    let decompositions = adapters.enumerated().map { index, adapter -> WeightDecomposition? in
      let dropped = adapterInputs?[index]
      Matrix.multiply(dropped ?? x, adapter.a, into: reduced[index], transposeB: true)
      if let magnitude = adapter.magnitude {
        return decompose(
          adapter,
          magnitude: magnitude,
          dropped: dropped,
          reduced: reduced[index],
          part: y.columns(adapter.outputs)
        )
      }
      Matrix.multiply(
        reduced[index],
        adapter.b,
        into: y.columns(adapter.outputs),
        transposeB: true,
        alpha: adapter.scale,
        accumulate: true
      )
      return nil
    }
    if isDecomposed { addBias(to: y) }
    return decompositions
  }

  private func addBias(to y: Tensor) {
    guard let bias else { return }
    Matrix.multiply(Self.ones(y.rows), bias, into: y, accumulate: true)
  }

  /// Parameter gradients += and, unless nil, `gradientX` (T, in) = the input's gradient.
  func backward(
    gradient: Tensor,
    x: Tensor,
    state: LowRankState,
    scratch: [Tensor],
    gradientX: Tensor?,
    into parameters: Gradient
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
    let directions = directionGradients(gradient, decompositions: state.decompositions)
    if let gradientX {
      let through = gradientThroughWeights(gradient, directions: directions, state: state)
      Matrix.multiply(through, weight, into: gradientX)
    }
    for (index, adapter) in adapters.enumerated() {
      let direction = directions[index]
      Matrix.multiply(direction, adapter.b, into: scratch[index], alpha: adapter.scale)
      if index < parameters.adapters.count {
        let target = parameters.adapters[index]
        addLowRankGradients(index, direction, scratch[index], x: x, state: state, to: target)
        if let decomposition = state.decompositions[index] {
          target.magnitude?.addColumnProducts(
            gradient.columns(adapter.outputs),
            decomposition.product,
            factors: decomposition.inverseNorms
          )
        }
      }
      guard let gradientX else { continue }
      if let dropout = state.dropout {
        var paths = [(gradient: scratch[index], weight: adapter.a)]
        if state.decompositions[index] != nil {
          direction.add(gradient.columns(adapter.outputs), scale: -1)
          paths.append((gradient: direction, weight: weight.rows(adapter.outputs).widened()))
        }
        dropout.addInputGradient(paths, index: index, into: gradientX)
      } else {
        Matrix.multiply(scratch[index], adapter.a, into: gradientX, accumulate: true)
      }
    }
  }

  /// B's gradient += scale · directionᵀ (x Aᵀ), A's += gradientReducedᵀ x.
  private func addLowRankGradients(
    _ index: Int,
    _ direction: Tensor,
    _ gradientReduced: Tensor,
    x: Tensor,
    state: LowRankState,
    to target: LowRankGradient
  ) {
    Matrix.multiply(
      direction,
      state.reduced[index],
      into: target.b,
      transposeA: true,
      alpha: adapters[index].scale,
      accumulate: true
    )
    Matrix.multiply(
      gradientReduced,
      state.dropout?.inputs[index] ?? x,
      into: target.a,
      transposeA: true,
      accumulate: true
    )
  }

  /// A column of ones: broadcasting and summing rows are products with it.
  private static func ones(_ rows: Int) -> Tensor {
    let column = Tensor(rows: rows, columns: 1)
    column.fill(1)
    return column
  }
}

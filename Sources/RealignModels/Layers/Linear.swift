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
    adapterInputs: MaskedInputs? = nil
  ) -> [WeightDecomposition?] {
    guard isDecomposed else {
      let decompositions = reduce(x, into: reduced, adapterInputs: adapterInputs)
      Matrix.multiply(
        x,
        weight,
        into: y,
        transposeB: true,
        adding: adapters.enumerated().map { index, adapter in
          LowRankProduct(
            reduced[index],
            adapter.b,
            transposeB: true,
            columns: adapter.outputs,
            scale: adapter.scale
          )
        }
      )
      addBias(to: y)
      return decompositions
    }
    Matrix.multiply(x, weight, into: y, transposeB: true)
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
    // The bias is no part of what magnitudes scale.
    addBias(to: y)
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
    for (index, adapter) in adapters.enumerated() {
      Matrix.multiply(directions[index], adapter.b, into: scratch[index], alpha: adapter.scale)
    }
    if let gradientX {
      let through = gradientThroughWeights(gradient, directions: directions, state: state)
      Matrix.multiply(
        through,
        weight,
        into: gradientX,
        adding: state.dropout == nil ? inputPaths(scratch) : []
      )
    }
    if !parameters.adapters.isEmpty {
      addLowRankGradients(gradient, directions, scratch, x: x, state: state, to: parameters)
    }
    if let gradientX, let dropout = state.dropout {
      for (index, adapter) in adapters.enumerated() {
        var paths = [(gradient: scratch[index], weight: adapter.a)]
        if state.decompositions[index] != nil {
          let direction = directions[index]
          direction.add(gradient.columns(adapter.outputs), scale: -1)
          paths.append((gradient: direction, weight: weight.rows(adapter.outputs).widened()))
        }
        dropout.addInputGradient(paths, index: index, into: gradientX)
      }
    }
  }

  /// The products that take the gradients of x Aᵀ to the input's.
  private func inputPaths(_ gradientsReduced: [Tensor]) -> [LowRankProduct] {
    zip(adapters, gradientsReduced).map { adapter, gradientReduced in
      LowRankProduct(gradientReduced, adapter.a, transposeB: false, columns: 0..<weight.columns)
    }
  }

  /// Adds the gradients of all adapters: B's += scale · directionᵀ (x Aᵀ), A's +=
  /// gradientReducedᵀ x, and those of magnitudes.
  private func addLowRankGradients(
    _ gradient: Tensor,
    _ directions: [Tensor],
    _ gradientsReduced: [Tensor],
    x: Tensor,
    state: LowRankState,
    to parameters: Gradient
  ) {
    for (index, target) in parameters.adapters.enumerated() {
      Matrix.multiply(
        directions[index],
        state.reduced[index],
        into: target.b,
        transposeA: true,
        alpha: adapters[index].scale,
        accumulate: true
      )
      if let dropout = state.dropout {
        Matrix.multiply(
          gradientsReduced[index],
          dropout.inputs[index],
          into: target.a,
          transposeA: true,
          accumulate: true
        )
      }
      if let decomposition = state.decompositions[index] {
        target.magnitude?.addColumnProducts(
          gradient.columns(adapters[index].outputs),
          decomposition.product,
          factors: decomposition.inverseNorms
        )
      }
    }
    guard state.dropout == nil else { return }
    // One product for all that see the same input: it is packed once.
    let joined = Tensor.joined(gradientsReduced)
    let product = Tensor(temporaryRows: joined.columns, columns: x.columns)
    Matrix.multiply(joined, x, into: product, transposeA: true)
    var row = 0
    for target in parameters.adapters {
      target.a.add(product.rows(row..<row + target.a.rows))
      row += target.a.rows
    }
  }

  /// A column of ones: broadcasting and summing rows are products with it.
  private static func ones(_ rows: Int) -> Tensor {
    let column = Tensor(rows: rows, columns: 1)
    column.fill(1)
    return column
  }
}

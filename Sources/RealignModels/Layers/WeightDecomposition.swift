import RealignNumerics

/// What one pass knows of a low-rank adapter whose magnitude is trained apart from its direction
/// (DoRA; Liu and others 2024, equation 5): y = x Vᵀ · m / ‖V‖ with V = W + scale·B·A, row by row.
///
/// The norm counts as a constant in the backward pass (section 4.3 there), as in PEFT.
struct WeightDecomposition {
  /// 1 / ‖V‖, (1, out).
  let inverseNorms: Tensor
  /// m / ‖V‖, (1, out).
  let factors: Tensor
  /// x Vᵀ, (T, out), of the input that the adapter saw.
  let product: Tensor
}

extension Linear.LowRankSlice {
  /// V = W + scale·B·A of the rows it changes, (out, in), in memory of its own.
  func direction(over weight: WeightMatrix) -> Tensor {
    let rows = weight.rows(outputs)
    let direction = rows.type == .f32 ? rows.widened().duplicate() : rows.widened()
    Matrix.multiply(b, a, into: direction, alpha: scale, accumulate: true)
    return direction
  }

  /// m / ‖V‖; a row of zeros, which has no direction, stays zero.
  func factors(_ magnitude: Tensor, norms: Tensor) -> Tensor {
    let factors = Self.inverses(of: norms)
    factors.multiply(by: magnitude)
    return factors
  }

  /// 1 / norm, and 0 for 0.
  static func inverses(of norms: Tensor) -> Tensor {
    Tensor(norms.values.map { $0 > 0 ? 1 / $0 : 0 }, rows: 1, columns: norms.columns)
  }
}

extension Linear {
  /// Turns the adapter's part of y = x Wᵀ into (x Wᵀ - x' Wᵀ) + x' Vᵀ · m / ‖V‖, where x' is what
  /// the adapter sees of x.
  ///
  /// - Parameters:
  ///   - dropped: x', (T, in), where it differs from x.
  ///   - reduced: x' Aᵀ, (T, rank).
  ///   - part: (T, out), without bias.
  func decompose(
    _ adapter: LowRankSlice,
    magnitude: Tensor,
    dropped: Tensor?,
    reduced: Tensor,
    part: Tensor
  ) -> WeightDecomposition {
    let inverseNorms =
      adapter.inverseNorms
      ?? LowRankSlice.inverses(of: adapter.direction(over: weight).rowNorms())
    let factors = magnitude.duplicate()
    factors.multiply(by: inverseNorms)
    let product: Tensor
    if let dropped {
      product = Tensor(rows: part.rows, columns: part.columns)
      Matrix.multiply(dropped, weight.rows(adapter.outputs), into: product, transposeB: true)
      part.add(product, scale: -1)
    } else {
      product = part.duplicate()
      part.fill(0)
    }
    Matrix.multiply(
      reduced,
      adapter.b,
      into: product,
      transposeB: true,
      alpha: adapter.scale,
      accumulate: true
    )
    let scaled = product.duplicate()
    scaled.scaleColumns(by: factors)
    part.add(scaled)
    return WeightDecomposition(inverseNorms: inverseNorms, factors: factors, product: product)
  }

  /// The gradient (T, out) that reaches each adapter's direction: scaled where its magnitude is
  /// trained apart, else that of its outputs.
  func directionGradients(
    _ gradient: Tensor,
    decompositions: [WeightDecomposition?]
  ) -> [Tensor] {
    zip(adapters, decompositions).map { adapter, decomposition in
      let part = gradient.columns(adapter.outputs)
      guard let decomposition else { return part }
      let scaled = part.duplicate()
      scaled.scaleColumns(by: decomposition.factors)
      return scaled
    }
  }

  /// The gradient (T, out) that reaches x through the weights alone.
  ///
  /// Without dropout that includes what magnitudes do to the weights' part; with it, the difference
  /// goes through the mask.
  func gradientThroughWeights(
    _ gradient: Tensor,
    directions: [Tensor],
    state: LowRankState
  ) -> Tensor {
    guard state.dropout == nil, state.decompositions.contains(where: { $0 != nil }) else {
      return gradient
    }
    let result = gradient.duplicate()
    for (index, adapter) in adapters.enumerated() where state.decompositions[index] != nil {
      result.columns(adapter.outputs).copy(from: directions[index])
    }
    return result
  }

  /// The same with the norms of all directions computed once, for passes between which no weight
  /// changes.
  func fixingNorms() -> Linear {
    var result = self
    for index in adapters.indices where adapters[index].magnitude != nil {
      result.adapters[index].inverseNorms = LowRankSlice.inverses(
        of: adapters[index].direction(over: weight).rowNorms()
      )
    }
    return result
  }
}

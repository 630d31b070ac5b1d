import CRealignKernels

/// Layer normalisation (Ba, Kiros & Hinton 2016, equation 4).
///
/// y = (x - mean) / deviation · weight + bias, over the columns of each row.
public enum LayerNorm {
  /// out (T, C) = (x - mean) / sqrt(variance + epsilon) · weight (1, C) + bias (1, C);
  /// `inverseDeviation` (T, 1) is saved.
  public static func forward(
    _ x: Tensor,
    weight: Tensor,
    bias: Tensor,
    epsilon: Float,
    into out: Tensor,
    inverseDeviation: Tensor
  ) {
    check(x, weight: weight, out: out, inverseDeviation: inverseDeviation)
    bias.requireVector(x.columns, "bias")
    Parallel.rows(x.rows, perBlock: Parallel.rowsPerBlock(columns: x.columns)) { range in
      rk_layer_norm_forward(
        out.row(range.lowerBound),
        out.stride,
        inverseDeviation.row(range.lowerBound),
        inverseDeviation.stride,
        x.row(range.lowerBound),
        x.stride,
        weight.pointer,
        bias.pointer,
        range.count,
        x.columns,
        epsilon
      )
    }
  }

  /// The gradients of input, weight and bias.
  ///
  /// - Parameters:
  ///   - gradient: (T, C), of the output.
  ///   - x: (T, C), the input of the forward pass.
  ///   - weight: (1, C).
  ///   - inverseDeviation: (T, 1), saved by the forward pass.
  ///   - gradientX: (T, C), assigned, or added to when `accumulateX`.
  ///   - parameters: (1, C) each, added to; nil when weight and bias are frozen.
  public static func backward(
    gradient: Tensor,
    x: Tensor,
    weight: Tensor,
    inverseDeviation: Tensor,
    gradientX: Tensor,
    accumulateX: Bool,
    parameters: (weight: Tensor, bias: Tensor)?
  ) {
    check(x, weight: weight, out: gradient, inverseDeviation: inverseDeviation)
    gradientX.requireShape(x.rows, x.columns, "gradientX")
    parameters?.weight.requireVector(x.columns, "gradientWeight")
    parameters?.bias.requireVector(x.columns, "gradientBias")
    let perBlock = Parallel.rowsPerBlock(columns: x.columns)
    let blocks = (x.rows + perBlock - 1) / perBlock
    // Each block sums its rows apart; the sums are added in block order.
    let partial = parameters.map { _ in Tensor(rows: 2 * blocks, columns: x.columns) }
    Parallel.rows(x.rows, perBlock: perBlock) { range in
      let start = range.lowerBound
      rk_layer_norm_backward(
        gradientX.row(start),
        gradientX.stride,
        partial?.row(2 * (start / perBlock)),
        partial?.row(2 * (start / perBlock) + 1),
        gradient.row(start),
        gradient.stride,
        x.row(start),
        x.stride,
        weight.pointer,
        inverseDeviation.row(start),
        inverseDeviation.stride,
        range.count,
        x.columns,
        accumulateX ? 1 : 0
      )
    }
    guard let partial, let parameters else { return }
    for block in 0..<blocks {
      rk_add_scaled(parameters.weight.pointer, partial.row(2 * block), x.columns, 1)
      rk_add_scaled(parameters.bias.pointer, partial.row(2 * block + 1), x.columns, 1)
    }
  }

  private static func check(_ x: Tensor, weight: Tensor, out: Tensor, inverseDeviation: Tensor) {
    weight.requireVector(x.columns, "weight")
    out.requireShape(x.rows, x.columns, "out")
    inverseDeviation.requireShape(x.rows, 1, "inverseDeviation")
  }
}

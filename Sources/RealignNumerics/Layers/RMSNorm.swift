import CRealignKernels

/// Root-mean-square normalisation (Zhang & Sennrich 2019, equation 4): y = x / rms(x) · weight.
public enum RMSNorm {
  /// out (T, C) = x / sqrt(mean(x²) + epsilon) · weight (1, C); `inverseRMS` (T, 1) is saved.
  public static func forward(
    _ x: Tensor,
    weight: Tensor,
    epsilon: Float,
    into out: Tensor,
    inverseRMS: Tensor
  ) {
    check(x, weight: weight, out: out, inverseRMS: inverseRMS)
    Parallel.rows(x.rows, perBlock: Parallel.rowsPerBlock(columns: x.columns)) { range in
      rk_rms_norm_forward(
        out.row(range.lowerBound),
        out.stride,
        inverseRMS.row(range.lowerBound),
        inverseRMS.stride,
        x.row(range.lowerBound),
        x.stride,
        weight.pointer,
        range.count,
        x.columns,
        epsilon
      )
    }
  }

  /// x += delta in place, then `forward` of the sum: the residual addition costs no extra pass.
  public static func addForward(
    _ x: Tensor,
    delta: Tensor,
    weight: Tensor,
    epsilon: Float,
    into out: Tensor,
    inverseRMS: Tensor
  ) {
    check(x, weight: weight, out: out, inverseRMS: inverseRMS)
    delta.requireShape(x.rows, x.columns, "delta")
    Parallel.rows(x.rows, perBlock: Parallel.rowsPerBlock(columns: x.columns)) { range in
      rk_rms_norm_add_forward(
        out.row(range.lowerBound),
        out.stride,
        inverseRMS.row(range.lowerBound),
        inverseRMS.stride,
        x.row(range.lowerBound),
        x.stride,
        delta.row(range.lowerBound),
        delta.stride,
        weight.pointer,
        range.count,
        x.columns,
        epsilon
      )
    }
  }

  /// The gradients of input and weight.
  ///
  /// - Parameters:
  ///   - gradient: (T, C), of the output.
  ///   - x: (T, C), the input of the forward pass.
  ///   - weight: (1, C).
  ///   - inverseRMS: (T, 1), saved by the forward pass.
  ///   - gradientX: (T, C), assigned, or added to when `accumulateX`.
  ///   - gradientWeight: (1, C), added to; nil when the weight is frozen.
  public static func backward(
    gradient: Tensor,
    x: Tensor,
    weight: Tensor,
    inverseRMS: Tensor,
    gradientX: Tensor,
    accumulateX: Bool,
    gradientWeight: Tensor?
  ) {
    check(x, weight: weight, out: gradient, inverseRMS: inverseRMS)
    gradientX.requireShape(x.rows, x.columns, "gradientX")
    gradientWeight?.requireVector(x.columns, "gradientWeight")
    let perBlock = Parallel.rowsPerBlock(columns: x.columns)
    let blocks = (x.rows + perBlock - 1) / perBlock
    // Each block sums its rows apart; the sums are added in block order.
    let partial = gradientWeight.map { _ in Tensor(rows: blocks, columns: x.columns) }
    Parallel.rows(x.rows, perBlock: perBlock) { range in
      let start = range.lowerBound
      rk_rms_norm_backward(
        gradientX.row(start),
        gradientX.stride,
        partial?.row(start / perBlock),
        gradient.row(start),
        gradient.stride,
        x.row(start),
        x.stride,
        weight.pointer,
        inverseRMS.row(start),
        inverseRMS.stride,
        range.count,
        x.columns,
        accumulateX ? 1 : 0
      )
    }
    guard let partial, let gradientWeight else { return }
    for block in 0..<blocks {
      rk_add_scaled(gradientWeight.pointer, partial.row(block), x.columns, 1)
    }
  }

  private static func check(_ x: Tensor, weight: Tensor, out: Tensor, inverseRMS: Tensor) {
    weight.requireVector(x.columns, "weight")
    out.requireShape(x.rows, x.columns, "out")
    inverseRMS.requireShape(x.rows, 1, "inverseRMS")
  }
}

extension Tensor {
  func requireVector(_ count: Int, _ name: String) {
    precondition(
      self.count == count && isContiguous,
      "\(name) is \(self), expected a contiguous vector of \(count)"
    )
  }
}

import CRealignKernels

/// Gated feed-forward activation (Shazeer 2020, equation 6): silu(gate) · up.
public enum SwiGLU {
  /// out (T, F) = silu(gate) · up; `gateUp` (T, 2F) holds gate, then up.
  public static func forward(gateUp: Tensor, into out: Tensor) {
    out.requireShape(gateUp.rows, gateUp.columns / 2, "out")
    Parallel.rows(out.rows, perBlock: Parallel.rowsPerBlock(columns: gateUp.columns)) { range in
      rk_swiglu_forward(
        out.row(range.lowerBound),
        out.stride,
        gateUp.row(range.lowerBound),
        gateUp.stride,
        range.count,
        out.columns
      )
    }
  }

  /// gradientGateUp (T, 2F), assigned, from the output's gradient (T, F).
  public static func backward(gradient: Tensor, gateUp: Tensor, gradientGateUp: Tensor) {
    gradient.requireShape(gateUp.rows, gateUp.columns / 2, "gradient")
    gradientGateUp.requireShape(gateUp.rows, gateUp.columns, "gradientGateUp")
    Parallel.rows(
      gateUp.rows,
      perBlock: Parallel.rowsPerBlock(columns: gateUp.columns)
    ) { range in
      rk_swiglu_backward(
        gradientGateUp.row(range.lowerBound),
        gradientGateUp.stride,
        gradient.row(range.lowerBound),
        gradient.stride,
        gateUp.row(range.lowerBound),
        gateUp.stride,
        range.count,
        gradient.columns
      )
    }
  }
}

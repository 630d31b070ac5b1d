import CRealignKernels

/// Gated feed-forward activation (Shazeer 2020, equation 6): silu(gate) · up.
public enum SwiGLU {
  /// out (T, F) = silu(gate) · up; `gateUp` (T, 2F) holds gate, then up.
  public static func forward(gateUp: Tensor, into out: Tensor) {
    GatedRows.forward(gateUp: gateUp, into: out) { rk_swiglu_forward($0, $1, $2, $3, $4, $5) }
  }

  /// gradientGateUp (T, 2F), assigned, from the output's gradient (T, F).
  public static func backward(gradient: Tensor, gateUp: Tensor, gradientGateUp: Tensor) {
    GatedRows.backward(gradient: gradient, gateUp: gateUp, gradientGateUp: gradientGateUp) {
      rk_swiglu_backward($0, $1, $2, $3, $4, $5, $6, $7)
    }
  }
}

import CRealignKernels

/// Gaussian error linear unit in its tanh form (Hendrycks & Gimpel 2016, section 2).
public enum GELU {
  /// out (T, F) = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
  public static func forward(_ x: Tensor, into out: Tensor) {
    ElementRows.forward(x, into: out) { rk_gelu_forward($0, $1, $2, $3, $4, $5) }
  }

  /// gradientX (T, F), assigned, from the output's gradient (T, F).
  public static func backward(gradient: Tensor, x: Tensor, gradientX: Tensor) {
    gradient.requireShape(x.rows, x.columns, "gradient")
    gradientX.requireShape(x.rows, x.columns, "gradientX")
    Parallel.rows(x.rows, perBlock: Parallel.rowsPerBlock(columns: x.columns)) { range in
      rk_gelu_backward(
        gradientX.row(range.lowerBound),
        gradientX.stride,
        gradient.row(range.lowerBound),
        gradient.stride,
        x.row(range.lowerBound),
        x.stride,
        range.count,
        x.columns
      )
    }
  }
}

/// Gaussian error linear unit by its definition (Hendrycks & Gimpel 2016, section 2).
public enum ExactGELU {
  /// out (T, F) = x · P(X ≤ x) with X standard normal, which is x (1 + erf(x / √2)) / 2.
  public static func forward(_ x: Tensor, into out: Tensor) {
    ElementRows.forward(x, into: out) { rk_exact_gelu($0, $1, $2, $3, $4, $5) }
  }
}

/// Feed-forward activation gated by GELU (Shazeer 2020, equation 6): gelu(gate) · up.
public enum GeGLU {
  /// out (T, F) = gelu(gate) · up; `gateUp` (T, 2F) holds gate, then up.
  public static func forward(gateUp: Tensor, into out: Tensor) {
    GatedRows.forward(gateUp: gateUp, into: out) { rk_geglu_forward($0, $1, $2, $3, $4, $5) }
  }

  /// gradientGateUp (T, 2F), assigned, from the output's gradient (T, F).
  public static func backward(gradient: Tensor, gateUp: Tensor, gradientGateUp: Tensor) {
    GatedRows.backward(gradient: gradient, gateUp: gateUp, gradientGateUp: gradientGateUp) {
      rk_geglu_backward($0, $1, $2, $3, $4, $5, $6, $7)
    }
  }
}

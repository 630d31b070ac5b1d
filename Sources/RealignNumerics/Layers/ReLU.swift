import CRealignKernels

/// Rectified linear unit (Nair & Hinton 2010).
public enum ReLU {
  /// out (T, F) = max(x, 0), NaN for NaN.
  public static func forward(_ x: Tensor, into out: Tensor) {
    ElementRows.forward(x, into: out) { rk_relu($0, $1, $2, $3, $4, $5) }
  }
}

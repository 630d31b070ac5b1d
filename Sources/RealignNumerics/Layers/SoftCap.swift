import CRealignKernels

/// A smooth bound of logits (Gemma Team 2024, section 2): cap · tanh(x / cap).
public enum SoftCap {
  /// x = cap · tanh(x / cap), in place.
  public static func apply(to x: Tensor, cap: Float) {
    precondition(cap > 0, "cap \(cap)")
    x.forEachRun { row, start, count in rk_soft_cap(x.row(row) + start, count, cap) }
  }

  /// Turns the gradient of the capped values into that of the values before, in place.
  ///
  /// - Parameters:
  ///   - gradient: (T, C), of the result of `apply`.
  ///   - capped: (T, C), that result.
  ///   - cap: As in `apply`.
  public static func backward(gradient: Tensor, capped: Tensor, cap: Float) {
    precondition(cap > 0, "cap \(cap)")
    gradient.forEachRun(with: capped, "capped") { rk_soft_cap_backward($0, $1, $2, cap) }
  }
}

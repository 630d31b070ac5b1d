import Foundation

/// The divergence that keeps the policy near the reference (f-DPO, Wang and others 2023, arXiv
/// 2309.16240).
///
/// A log-ratio x = log π/π_ref enters a loss as s(x) = f′(eˣ). Constants of f′ cancel in
/// differences of sums but not of means, so they are TRL's (1.16): s(0) = 0 for every kind.
public struct FDivergence: Sendable, Equatable {
  /// The kinds, under TRL's `f_divergence_type` names.
  public enum Kind: String, Sendable, CaseIterable {
    /// s = x: the divergence of DPO.
    case reverseKL = "reverse_kl"
    /// s = 1 − e⁻ˣ.
    case forwardKL = "forward_kl"
    /// s = log 2 + log σ(x).
    case jensenShannon = "js_divergence"
    /// s = (e^((α − 1)x) − 1) / (α − 1), the exponent at most 80; x in the limit α = 1.
    case alpha = "alpha_divergence"
  }

  /// The kind.
  public var kind: Kind
  /// α of `alpha`; the other kinds do not read it.
  public var alpha: Double

  /// A divergence; α has TRL's default.
  public init(_ kind: Kind, alpha: Double = 0.5) {
    self.kind = kind
    self.alpha = alpha
  }

  /// The divergence of DPO.
  public static let reverseKL = FDivergence(.reverseKL)

  /// Whether s(x) = x.
  var isIdentity: Bool { kind == .reverseKL || kind == .alpha && abs(alpha - 1) < 1e-6 }

  /// s(x) and s′(x).
  public func score(_ x: Double) -> (value: Double, slope: Double) {
    if isIdentity { return (x, 1) }
    switch kind {
    case .reverseKL: return (x, 1)
    case .forwardKL: return (1 - exp(-x), exp(-x))
    case .jensenShannon: return (log(2) + Logistic.logSigmoid(x), Logistic.sigmoid(-x))
    case .alpha:
      let exponent = (alpha - 1) * x
      let power = exp(min(exponent, 80))
      return ((power - 1) / (alpha - 1), exponent <= 80 ? power : 0)
    }
  }

  /// Why α is not accepted, or nil.
  var complaint: SettingComplaint? {
    alpha.isFinite
      ? nil
      : SettingComplaint(
        field: "f_alpha_divergence_coef",
        found: "\(alpha)",
        expected: "a finite number"
      )
  }
}

import Foundation

/// The logistic function and its logarithm without overflow.
enum Logistic {
  /// σ(x).
  static func sigmoid(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
  }

  /// log σ(x) = −softplus(−x), softplus(x) = max(x, 0) + log(1 + e^−|x|).
  static func logSigmoid(_ x: Double) -> Double { -(max(-x, 0) + log1p(exp(-abs(x)))) }
}

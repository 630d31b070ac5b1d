import Foundation

/// The logistic function and its logarithm without overflow.
enum Logistic {
  /// σ(x).
  static func sigmoid(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
  }

  /// σ′(x) = σ(x)σ(−x).
  static func sigmoidSlope(_ x: Double) -> Double { sigmoid(x) * sigmoid(-x) }

  /// log σ(x) = −softplus(−x), softplus(x) = max(x, 0) + log(1 + e^−|x|).
  static func logSigmoid(_ x: Double) -> Double { -(max(-x, 0) + log1p(exp(-abs(x)))) }

  /// −(1 − ε) log σ(x) − ε log σ(−x) and its slope: the cross-entropy of a label that is flipped
  /// with probability ε.
  static func smoothedLoss(_ x: Double, epsilon: Double) -> (value: Double, slope: Double) {
    (
      -(1 - epsilon) * logSigmoid(x) - epsilon * logSigmoid(-x),
      epsilon * sigmoid(x) - (1 - epsilon) * sigmoid(-x)
    )
  }
}

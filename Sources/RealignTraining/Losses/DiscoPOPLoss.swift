import Foundation

/// DiscoPOP: (1 − m)(−log σ(z)) + m e⁻ᶻ with z = βΔ and m = σ(z/τ), a blend of the logistic and the
/// exponential loss (Lu and others 2024, arXiv 2406.08414, equation 5).
public struct DiscoPOPLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "discopop"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let tau = settings.discopopTau
    let scores = settings.scores(pair)
    let z = settings.beta * scores.difference
    let share = Logistic.sigmoid(z / tau)
    let other = Logistic.sigmoid(-z / tau)
    let logistic = -Logistic.logSigmoid(z)
    // m e⁻ᶻ in one exponent: e⁻ᶻ alone overflows where m is zero.
    let exponential = exp(Logistic.logSigmoid(z / tau) - z)
    return scores.loss(
      other * logistic + exponential,
      slope: settings.beta
        * (other / tau * (exponential - share * logistic)
          - other * Logistic.sigmoid(-z) - exponential)
    )
  }
}

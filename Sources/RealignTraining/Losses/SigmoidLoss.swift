/// DPO: −log σ(βΔ) (Rafailov and others 2023, arXiv 2305.18290, equation 7).
///
/// As in TRL 1.x, label smoothing is not used; for noisy labels take `robust` or `cdpo`.
public struct SigmoidLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "sigmoid"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let scores = settings.scores(pair)
    let z = settings.beta * scores.difference
    let slope = -settings.beta * Logistic.sigmoid(-z)
    return scores.loss(-Logistic.logSigmoid(z), slope: slope)
  }
}

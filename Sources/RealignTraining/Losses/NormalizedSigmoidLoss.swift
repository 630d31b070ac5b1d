/// DPO on length-normalised log-ratios: −log σ(β(s(c)/|w| − s(r)/|l|)) (Tülu 3, Lambert and others
/// 2024, arXiv 2411.15124, equation 6).
///
/// The means are some ten to a hundred times smaller than sums, so β is about 5 to 10, not 0.1.
public struct NormalizedSigmoidLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "sigmoid_norm"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let scores = settings.scores(pair).perToken(of: pair)
    let z = settings.beta * scores.difference
    return scores.loss(
      -Logistic.logSigmoid(z),
      slope: -settings.beta * Logistic.sigmoid(-z)
    )
  }
}

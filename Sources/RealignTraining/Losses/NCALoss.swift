/// NCA: −log σ(βc) − ½ log σ(−βc) − ½ log σ(−βr), which raises the chosen answer's own likelihood,
/// not only the margin (Chen and others 2024, arXiv 2402.05369).
public struct NCALoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "nca_pair"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let beta = settings.beta
    let chosen = beta * pair.chosenLogRatio
    let rejected = beta * pair.rejectedLogRatio
    return PairLoss(
      loss: -Logistic.logSigmoid(chosen) - 0.5 * Logistic.logSigmoid(-chosen)
        - 0.5 * Logistic.logSigmoid(-rejected),
      gradientChosen: beta * (0.5 * Logistic.sigmoid(chosen) - Logistic.sigmoid(-chosen)),
      gradientRejected: 0.5 * beta * Logistic.sigmoid(rejected)
    )
  }
}

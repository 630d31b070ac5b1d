/// BCO on pairs: −log σ(βc) − log σ(−βr), a classifier of each answer (Jung and others 2024, arXiv
/// 2404.04656).
///
/// As in TRL 1.x without the paper's running reward shift δ.
public struct BCOLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "bco_pair"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let beta = settings.beta
    let chosen = beta * pair.chosenLogRatio
    let rejected = beta * pair.rejectedLogRatio
    return PairLoss(
      loss: -Logistic.logSigmoid(chosen) - Logistic.logSigmoid(-rejected),
      gradientChosen: -beta * Logistic.sigmoid(-chosen),
      gradientRejected: beta * Logistic.sigmoid(rejected)
    )
  }
}

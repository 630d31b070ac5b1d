/// BCO on pairs: −log σ(βc) − log σ(−βr), a classifier of each answer (Jung and others 2024, arXiv
/// 2404.04656).
///
/// As in TRL 1.x without the paper's running reward shift δ.
public struct BCOLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "bco_pair"

  /// Creates the loss.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    let beta = settings.beta
    return pairs.map { pair in
      let chosen = beta * pair.chosenLogRatio
      let rejected = beta * pair.rejectedLogRatio
      return PairLoss(
        loss: -Logistic.logSigmoid(chosen) - Logistic.logSigmoid(-rejected),
        gradientChosen: -beta * Logistic.sigmoid(-chosen),
        gradientRejected: beta * Logistic.sigmoid(rejected)
      )
    }
  }
}

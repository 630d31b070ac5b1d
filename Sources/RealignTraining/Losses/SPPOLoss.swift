/// SPPO with hard labels: (c − 1/(2β))² + (r + 1/(2β))², β standing for 1/η (Wu and others 2024,
/// arXiv 2405.00675, equation 4.7 with P = 1 for the winner and 0 for the loser).
public struct SPPOLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "sppo_hard"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let target = 1 / (2 * settings.beta)
    let chosen = pair.chosenLogRatio - target
    let rejected = pair.rejectedLogRatio + target
    return PairLoss(
      loss: chosen * chosen + rejected * rejected,
      gradientChosen: 2 * chosen,
      gradientRejected: 2 * rejected
    )
  }
}

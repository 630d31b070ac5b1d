/// APO-down: σ(βc) + (1 − σ(βΔ)): lowers the chosen answer and the rejected one more, for chosen
/// answers that are worse than the model's own (D'Oosterlinck and others 2024, arXiv 2408.06266,
/// equation 8).
public struct APODownLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "apo_down"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let beta = settings.beta
    let chosen = beta * pair.chosenLogRatio
    let margin = beta * pair.logRatioDifference
    let pull = beta * Logistic.sigmoidSlope(margin)
    return PairLoss(
      loss: Logistic.sigmoid(chosen) + Logistic.sigmoid(-margin),
      gradientChosen: beta * Logistic.sigmoidSlope(chosen) - pull,
      gradientRejected: pull
    )
  }
}

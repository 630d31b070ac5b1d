/// APO-zero: (1 − σ(βc)) + σ(βr): raises the chosen and lowers the rejected answer, each against
/// the reference (D'Oosterlinck and others 2024).
public struct APOZeroLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "apo_zero"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let chosen = Logistic.sigmoid(settings.beta * pair.chosenLogRatio)
    let rejected = Logistic.sigmoid(settings.beta * pair.rejectedLogRatio)
    return PairLoss(
      loss: (1 - chosen) + rejected,
      gradientChosen: -settings.beta * chosen * (1 - chosen),
      gradientRejected: settings.beta * rejected * (1 - rejected)
    )
  }
}

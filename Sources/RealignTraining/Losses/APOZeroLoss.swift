/// APO-zero: (1 − σ(βc)) + σ(βr): raises the chosen and lowers the rejected answer, each against
/// the reference (D'Oosterlinck and others 2024).
public struct APOZeroLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "apo_zero"

  /// Creates the loss.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    pairs.map { pair in
      let chosen = Logistic.sigmoid(settings.beta * pair.chosenLogRatio)
      let rejected = Logistic.sigmoid(settings.beta * pair.rejectedLogRatio)
      return PairLoss(
        loss: (1 - chosen) + rejected,
        gradientChosen: -settings.beta * chosen * (1 - chosen),
        gradientRejected: settings.beta * rejected * (1 - rejected)
      )
    }
  }
}

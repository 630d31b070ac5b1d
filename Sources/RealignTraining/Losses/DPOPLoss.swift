/// DPOP: −log σ(β(Δ − λ max(0, −c))), which also keeps the chosen answer from becoming less likely
/// than under the reference (Smaug, Pal and others 2024, arXiv 2402.13228, equation 3).
public struct DPOPLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "dpop"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let penalty = max(0, -pair.chosenLogRatio)
    let z = settings.beta * (pair.logRatioDifference - settings.dpopLambda * penalty)
    let slope = -settings.beta * Logistic.sigmoid(-z)
    return PairLoss(
      loss: -Logistic.logSigmoid(z),
      gradientChosen: slope * (penalty > 0 ? 1 + settings.dpopLambda : 1),
      gradientRejected: -slope
    )
  }
}

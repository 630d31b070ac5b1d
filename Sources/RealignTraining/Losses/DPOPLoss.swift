/// DPOP: −log σ(β(Δ − λ max(0, −c))), which also keeps the chosen answer from becoming less likely
/// than under the reference (Smaug, Pal and others 2024, arXiv 2402.13228, equation 3).
public struct DPOPLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "dpop"

  /// Creates the loss.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    pairs.map { pair in
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
}

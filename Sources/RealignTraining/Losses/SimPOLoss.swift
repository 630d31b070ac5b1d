/// SimPO: −log σ(β(log π(w)/|w| − log π(l)/|l|) − γ), mean log-probabilities with a target margin
/// and no reference (Meng and others 2024, arXiv 2405.14734, equation 6).
///
/// β is about 2; the reference serves the metrics only.
public struct SimPOLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "simpo"

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let beta = settings.beta
    let chosenLength = Double(max(1, pair.chosenLength))
    let rejectedLength = Double(max(1, pair.rejectedLength))
    let margin = pair.policyChosen / chosenLength - pair.policyRejected / rejectedLength
    let z = beta * margin - settings.simpoGamma
    let slope = -beta * Logistic.sigmoid(-z)
    return PairLoss(
      loss: -Logistic.logSigmoid(z),
      gradientChosen: slope / chosenLength,
      gradientRejected: -slope / rejectedLength
    )
  }
}

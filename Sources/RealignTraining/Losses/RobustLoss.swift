/// Robust DPO: [−(1−ε) log σ(βΔ) + ε log σ(−βΔ)] / (1 − 2ε), unbiased when a share ε of the labels
/// is flipped (Chowdhury and others 2024, arXiv 2403.00409, equation 12).
public struct RobustLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "robust"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true
  /// ε is the assumed share of flipped labels.
  public let usesLabelSmoothing = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let epsilon = settings.labelSmoothing
    let scores = settings.scores(pair)
    let z = settings.beta * scores.difference
    let scale = 1 / (1 - 2 * epsilon)
    let loss =
      scale * (-(1 - epsilon) * Logistic.logSigmoid(z) + epsilon * Logistic.logSigmoid(-z))
    let slope =
      -settings.beta * scale
      * ((1 - epsilon) * Logistic.sigmoid(-z) + epsilon * Logistic.sigmoid(z))
    return scores.loss(loss, slope: slope)
  }
}

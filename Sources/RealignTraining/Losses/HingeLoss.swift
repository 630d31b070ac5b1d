/// Hinge: max(0, 1 − βΔ) (SLiC, Zhao and others 2023; RSO, Liu and others 2023).
public struct HingeLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "hinge"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let scores = settings.scores(pair)
    let slack = 1 - settings.beta * scores.difference
    guard slack > 0 else { return PairLoss(loss: 0) }
    return scores.loss(slack, slope: -settings.beta)
  }
}

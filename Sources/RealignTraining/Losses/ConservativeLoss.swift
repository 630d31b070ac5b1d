/// Conservative DPO: −(1 − ε) log σ(βΔ) − ε log σ(−βΔ), the cross-entropy of labels of which a
/// share ε is flipped (Mitchell 2023, "A note on DPO with noisy preferences").
///
/// TRL until 0.24 computed this as `sigmoid` with label smoothing.
public struct ConservativeLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "cdpo"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true
  /// ε is the assumed share of flipped labels.
  public let usesLabelSmoothing = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let scores = settings.scores(pair)
    let part = Logistic.smoothedLoss(
      settings.beta * scores.difference,
      epsilon: settings.labelSmoothing
    )
    return scores.loss(part.value, slope: settings.beta * part.slope)
  }
}

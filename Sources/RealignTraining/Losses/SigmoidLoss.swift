/// DPO: −log σ(βΔ) (Rafailov et al. 2023, eq. 7). As in TRL 1.x, label smoothing is not used; for
/// noisy labels take `robust`.
public struct SigmoidLoss: PreferenceLoss {
  public let name = "sigmoid"

  /// Creates the loss.
  public init() {}

  public func callAsFunction(
    _ pairs: [PairLogProbabilities], _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    pairs.map { pair in
      let z = settings.beta * pair.logRatioDifference
      let slope = -settings.beta * Logistic.sigmoid(-z)
      return PairLoss(
        loss: -Logistic.logSigmoid(z), gradientChosen: slope, gradientRejected: -slope)
    }
  }

  public func complaint(about settings: PreferenceLossSettings) -> String? {
    settings.labelSmoothing == 0
      ? nil : "sigmoid ignores label smoothing; use robust for noisy labels"
  }
}

/// DPO: −log σ(βΔ) (Rafailov and others 2023, eq.
///
/// 7). As in TRL 1.x, label smoothing is not used; for noisy labels take `robust`.
public struct SigmoidLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "sigmoid"

  /// Creates the loss.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    pairs.map { pair in
      let z = settings.beta * pair.logRatioDifference
      let slope = -settings.beta * Logistic.sigmoid(-z)
      return PairLoss(
        loss: -Logistic.logSigmoid(z),
        gradientChosen: slope,
        gradientRejected: -slope
      )
    }
  }

  /// Why settings do not suit this loss, or nil.
  public func complaint(about settings: PreferenceLossSettings) -> String? {
    settings.labelSmoothing == 0
      ? nil : "sigmoid ignores label smoothing; use robust for noisy labels"
  }
}

/// KTO: 1 − σ(β(x − z)) for desirable and 1 − σ(β(z − x)) for undesirable completions, x the
/// log-ratio and z the estimated KL (Ethayarajh and others 2024, arXiv 2402.01306, equation 7).
public struct KTOLoss: UnpairedLoss {
  /// The name in lists and reports.
  public let name = "kto"
  /// z is the KL.
  public let usesDivergence = true

  /// Creates the loss.
  public init() {}

  /// The loss of a row and its derivative.
  public func callAsFunction(
    _ row: UnpairedLogProbabilities,
    divergence: Double,
    _ settings: UnpairedLossSettings
  ) -> UnpairedRowLoss {
    let slope = row.isDesirable ? settings.beta : -settings.beta
    let margin = slope * (row.logRatio - divergence)
    let weight = settings.weight(row)
    return UnpairedRowLoss(
      loss: weight * Logistic.sigmoid(-margin),
      gradient: -weight * slope * Logistic.sigmoidSlope(margin)
    )
  }
}

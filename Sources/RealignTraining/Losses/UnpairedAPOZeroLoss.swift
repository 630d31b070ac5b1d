/// APO-zero of single completions: 1 − σ(βx) for desirable and σ(βx) for undesirable ones, x the
/// log-ratio: KTO with a KL of zero (D'Oosterlinck and others 2024, arXiv 2408.06266, equation 7).
public struct UnpairedAPOZeroLoss: UnpairedLoss {
  /// The name in lists and reports.
  public let name = "apo_zero_unpaired"
  /// Nothing is estimated.
  public let usesDivergence = false

  /// Creates the loss.
  public init() {}

  /// The loss of a row and its derivative.
  public func callAsFunction(
    _ row: UnpairedLogProbabilities,
    divergence: Double,
    _ settings: UnpairedLossSettings
  ) -> UnpairedRowLoss {
    KTOLoss()(row, divergence: 0, settings)
  }
}

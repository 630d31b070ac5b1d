/// Cross-entropy on the chosen answers, to be added to another loss (IRPO, Pang and others 2024).
///
/// Token mean over the micro-batch's chosen tokens, so long answers weigh more, as in TRL. Spans do
/// not narrow it: the whole chosen answer is kept likely.
public struct SupervisedTerm: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "sft"
  /// The term does not read the log-ratios.
  public let acceptsDivergence = true
  /// The term is no preference.
  public let weighting = PairWeighting.none

  /// Creates the term.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    let tokens = pairs.reduce(0) { $0 + $1.supervisedCount }
    // The mean over pairs of these per-pair values is the mean over tokens.
    let scale = Double(pairs.count) / Double(max(1, tokens))
    return pairs.map {
      PairLoss(loss: -scale * $0.supervisedSum, gradientSupervised: -scale)
    }
  }
}

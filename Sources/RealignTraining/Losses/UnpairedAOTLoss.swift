/// AOT without pairs: the sorted c of the micro-batch against its sorted r, rank by rank (Melnyk
/// and others 2024, arXiv 2406.05882).
///
/// With δ the difference of equal ranks the loss is −(1 − ε) log σ(βδ) − ε log σ(−βδ). It depends
/// on which pairs share a micro-batch and counts for the pair of the chosen answer. Equal values
/// keep the order of their pairs.
public struct UnpairedAOTLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "aot_unpaired"
  /// ε is the assumed share of flipped labels.
  public let usesLabelSmoothing = true
  /// Sorting mixes the pairs.
  public let weighting = PairWeighting.impossible

  /// Creates the loss.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    let chosen = pairs.map(\.chosenLogRatio)
    let rejected = pairs.map(\.rejectedLogRatio)
    var results = pairs.map { _ in PairLoss(loss: 0) }
    for match in Ranking.matches(chosen, rejected, settings) {
      results[match.upper].loss = match.loss
      results[match.upper].gradientChosen = match.slope
      results[match.lower].gradientRejected = -match.slope
    }
    return results
  }
}

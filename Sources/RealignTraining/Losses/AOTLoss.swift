/// AOT on pairs: the sorted margins log π(w) − log π(l) of the micro-batch against the reference's
/// sorted margins, rank by rank (Melnyk and others 2024, arXiv 2406.05882).
///
/// With δ the difference of equal ranks the loss is −(1 − ε) log σ(βδ) − ε log σ(−βδ). It depends
/// on which pairs share a micro-batch and is DPO's in a micro-batch of one. Equal margins keep the
/// order of their pairs.
public struct AOTLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "aot"
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
    let policy = pairs.map { $0.policyChosen - $0.policyRejected }
    let reference = pairs.map { $0.referenceChosen - $0.referenceRejected }
    var results = pairs.map { _ in PairLoss(loss: 0) }
    for match in Ranking.matches(policy, reference, settings) {
      results[match.upper].loss = match.loss
      results[match.upper].gradientChosen = match.slope
      results[match.upper].gradientRejected = -match.slope
    }
    return results
  }
}
